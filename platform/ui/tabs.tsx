import type { ReactNode } from 'react';
import { Anchor } from './link.tsx';
import { useFormat } from './text.tsx';

/** One tab: an address of its own. */
export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly current?: boolean;
  readonly count?: number;
}

/** Parts of one thing as links: each can be opened, bookmarked and printed. `label` names the group. */
export function Tabs({ label, tabs, children }: { readonly label: string; readonly tabs: readonly Tab[]; readonly children?: ReactNode }) {
  const format = useFormat();
  return (
    <nav className="ui-tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Anchor key={tab.href} href={tab.href} keepScroll aria-current={tab.current ? 'page' : undefined}>
          {tab.label}
          {tab.count !== undefined && <span className="ui-num"> {format.number(tab.count)}</span>}
        </Anchor>
      ))}
      {children}
    </nav>
  );
}
