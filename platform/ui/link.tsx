import { Link } from '@remix-run/react';
import type { AnchorHTMLAttributes, ReactNode } from 'react';

export interface AnchorProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly href: string;
  /** A file, a print view or another application at this address: the browser goes there itself. */
  readonly reload?: boolean;
  /** Stay where the page is scrolled to (sorting, paging, tabs). */
  readonly keepScroll?: boolean;
  readonly children?: ReactNode;
}

/** A link: within the portal by Remix's `Link`, elsewhere (`https:`, `mailto:`, `tel:`, `#part`) plain. */
export function Anchor({ href, reload, keepScroll, children, ...rest }: AnchorProps) {
  const isInside = (href.startsWith('/') && !href.startsWith('//')) || href.startsWith('?');
  if (!isInside || reload)
    return (
      <a href={href} {...rest}>
        {children}
      </a>
    );
  return (
    <Link to={href} preventScrollReset={keepScroll} {...rest}>
      {children}
    </Link>
  );
}
