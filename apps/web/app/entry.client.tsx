import { RemixBrowser } from '@remix-run/react';
import { type ReactNode, startTransition, StrictMode, useEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { slotViews } from './generated/slot-views.ts';

/** Marks the document once script has taken all of it over. Effects of what is inside run first: keys are listened to by then. */
function Running({ children }: { readonly children: ReactNode }) {
  useEffect(() => {
    document.documentElement.dataset.ready = '';
  }, []);
  return children;
}

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
whenIdle(() => {
  for (const { failure } of Object.values(slotViews)) void failure();
});
