import type { ReactNode } from 'react';
import { BusinessBadge, useText } from '@portico/ui';
import { useRootData } from './root-data.ts';

/** What may differ. */
export interface OutsideFrameProps {
  readonly children: ReactNode;
  /** Below the page: how to reach the business. */
  readonly foot?: ReactNode;
  /** A page with more than one form in it. */
  readonly wide?: boolean;
}

/** Around a page of nobody in particular: the business's mark, and the page. */
export function OutsideFrame({ children, foot, wide }: OutsideFrameProps) {
  const root = useRootData();
  return (
    <div className={wide ? 'ui-sign-in ui-sign-in-wide' : 'ui-sign-in'}>
      {root && <SkipLink />}
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
        {foot}
      </div>
    </div>
  );
}

// Without the root's data there are no texts.
function SkipLink() {
  const t = useText();
  return (
    <a className="ui-skip" href="#main">
      {t('ui.skip')}
    </a>
  );
}
