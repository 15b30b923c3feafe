import type { ReactNode } from 'react';
import { BusinessBadge } from '@portico/ui';
import { useRootData } from './root-data.ts';

/** Around a page of nobody in particular: the business's mark, and the page. */
export function OutsideFrame({ children }: { readonly children: ReactNode }) {
  const root = useRootData();
  return (
    <div className="ui-sign-in">
      <div className="ui-sign-in-box">
        {root && (
          <header className="ui-mark">
            <BusinessBadge business={{ name: root.look.tenant.name, ...(root.logo ? { logo: { light: root.logo } } : {}) }} />
            <span>{root.look.tenant.name}</span>
          </header>
        )}
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
