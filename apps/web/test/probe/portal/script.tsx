import { useEffect, useState } from 'react';

/** Tries to load a script of somebody else, and says what came of it. */
export function Script({ origin }: { readonly origin: string }) {
  const [outcome, setOutcome] = useState('waiting');
  useEffect(() => {
    const script = document.createElement('script');
    script.src = `${origin}/probe.js`;
    script.onload = () => setOutcome(`it ran: ${(globalThis as { probed?: string }).probed}`);
    script.onerror = () => setOutcome('it was refused');
    document.head.append(script);
    return () => script.remove();
  }, [origin]);
  return <p data-outcome="">{outcome}</p>;
}
