import { RemixBrowser } from '@remix-run/react';
import { type ReactNode, startTransition, StrictMode, useEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { keepToOwnDocument } from './own-document.ts';
import { fetchViews, missingParts, type PartsAddress } from './plugin-parts.ts';

/** Marks the document once script has taken all of it over. Effects of what is inside run first: keys are listened to by then. */
function Running({ children }: { readonly children: ReactNode }) {
  useEffect(() => {
    document.documentElement.dataset.ready = '';
  }, []);
  return children;
}

/**
 * Waits until the data of the page is read. Remix does so within the first drawing, where React 18 must not be waiting
 * while somebody types: it would draw at once, and fail with its error 345 ("Root did not complete").
 */
async function readPageData(): Promise<void> {
  try {
    RemixBrowser({});
  } catch (waitsFor) {
    // What it throws first is the promise that a drawing would wait for. Anything else is told by the drawing below.
    if (waitsFor instanceof Promise) await waitsFor;
  }
}

// The document names the parts of the plugins that are on: with their words it reads as the server wrote it.
const named = [...document.querySelectorAll<HTMLLinkElement>('link[data-parts]')];
const addresses = named.map(({ dataset, href }): PartsAddress => ({ plugin: dataset.parts!, module: href }));
await Promise.all([missingParts(addresses), readPageData()]);

keepToOwnDocument();
startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <Running>
        <RemixBrowser />
      </Running>
    </StrictMode>,
  );
});

// Parts of pages that may come next are fetched when there is nothing else to do, so that none has to be waited for.
const whenIdle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_000));
whenIdle(fetchViews);
