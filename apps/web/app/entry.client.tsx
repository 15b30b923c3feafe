import { RemixBrowser } from '@remix-run/react';
import { startTransition, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { slotViews } from './generated/slot-views.ts';

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <RemixBrowser />
    </StrictMode>,
  );
});

// Parts of pages that may come next are fetched when there is nothing else to do, so that none has to be waited for.
const whenIdle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1_000));
whenIdle(() => {
  for (const { failure } of Object.values(slotViews)) void failure();
});
