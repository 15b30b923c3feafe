import type { ReactNode } from 'react';
import { Anchor } from './link.tsx';
import { useText } from './text.tsx';

/** A page above this one. */
export interface Crumb {
  readonly label: string;
  readonly href: string;
}

export interface PageHeadProps {
  /** The one `h1` of the page. */
  readonly title: string;
  /** A line below the title: what this page shows, whose it is. */
  readonly sub?: ReactNode;
  /** Status beside the title, a `Chip`. */
  readonly chip?: ReactNode;
  /** Buttons at the end, the main one last. */
  readonly actions?: ReactNode;
  /** Pages above, outermost first; the title itself is added. */
  readonly crumbs?: readonly Crumb[];
  /** `Flash` or `UndoBanner`: first thing on the page. */
  readonly banner?: ReactNode;
}

/** Head of every page. The title takes the focus when the page was reached by a link, so it is read out. */
export function PageHead({ title, sub, chip, actions, crumbs, banner }: PageHeadProps) {
  const t = useText();
  return (
    <>
      {crumbs && crumbs.length > 0 && (
        <nav className="ui-crumbs" aria-label={t('ui.crumbs')}>
          <ol>
            {crumbs.map((crumb) => (
              <li key={crumb.href}>
                <Anchor href={crumb.href}>{crumb.label}</Anchor>
              </li>
            ))}
            <li aria-current="page">{title}</li>
          </ol>
        </nav>
      )}
      {banner}
      <div className="ui-page-head">
        <div>
          <div className="ui-row">
            <h1 tabIndex={-1} id="page-title">
              {title}
            </h1>
            {chip}
          </div>
          {sub && <p className="ui-quiet">{sub}</p>}
        </div>
        {actions && <div className="ui-buttons ui-page-actions">{actions}</div>}
      </div>
    </>
  );
}
