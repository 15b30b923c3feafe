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
  // What Link makes of a whole path, without the questions that only a click needs; a list has a hundred links. The empty
  // second child keeps the ids of what stands inside as Link's are.
  if (onServer && href.startsWith('/'))
    return (
      <>
        <a data-discover="true" href={href} {...rest}>
          {children}
        </a>
        {null}
      </>
    );
  return (
    <Link to={href} preventScrollReset={keepScroll} {...rest}>
      {children}
    </Link>
  );
}

const onServer = typeof document === 'undefined';
