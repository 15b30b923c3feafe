import type { ReactNode } from 'react';
import { Card } from './card.tsx';
import { type Business, BusinessBadge } from './frame.tsx';
import { Anchor } from './link.tsx';
import { useText } from './text.tsx';

export interface SignInFrameProps {
  readonly business: Pick<Business, 'name' | 'logo'>;
  /** The page's `h1`: "Sign in", "Choose a password". */
  readonly title: string;
  readonly about?: ReactNode;
  /** `Flash` above the card. */
  readonly banner?: ReactNode;
  /** The form. */
  readonly children: ReactNode;
  /** Links below the card: Contact us first. */
  readonly help?: readonly { readonly label: string; readonly href: string }[];
}

/** The page of somebody who is not signed in: the business's mark, one card, help below it. */
export function SignInFrame({ business, title, about, banner, children, help = [] }: SignInFrameProps) {
  const t = useText();
  return (
    <div className="ui-sign-in">
      <a className="ui-skip" href="#main">
        {t('ui.skip')}
      </a>
      <div className="ui-sign-in-box">
        <header className="ui-mark">
          <BusinessBadge business={business} />
          <span>{business.name}</span>
        </header>
        <main id="main" tabIndex={-1}>
          {banner}
          <Card label={title}>
            <h1 tabIndex={-1} id="page-title">
              {title}
            </h1>
            {about && <p className="ui-quiet">{about}</p>}
            {children}
          </Card>
        </main>
        {help.length > 0 && (
          <nav aria-label={t('ui.help')} className="ui-row">
            {help.map((link) => (
              <Anchor key={link.href} href={link.href}>
                {link.label}
              </Anchor>
            ))}
          </nav>
        )}
      </div>
    </div>
  );
}
