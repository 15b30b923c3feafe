import { type ClientLoaderFunctionArgs, redirectDocument } from '@remix-run/react';

/** The page, of those that load scripts of others, whose document this one is; read once, for a document stays what it is. */
const own = typeof document === 'undefined' ? undefined : document.documentElement.dataset.ownDocument;

/** What a document of its own says in `<html>`, and its shim in `handle`. */
export interface OwnDocument {
  readonly ownDocument: string;
}

/**
 * The loader, in the browser, of a page that has a document of its own: within that document the server is asked as ever;
 * from any other page the browser goes there by itself, so that the page's own content security policy holds.
 */
export const ownDocumentLoader =
  ({ ownDocument }: OwnDocument) =>
  ({ request, serverLoader }: ClientLoaderFunctionArgs): Promise<unknown> => {
    if (own === ownDocument) return serverLoader();
    const { pathname, search } = new URL(request.url);
    throw redirectDocument(pathname + search);
  };

/**
 * A document that allows itself more than others shows no other page: links and forms that lead elsewhere are left to the
 * browser. Called before anything listens to them.
 */
export function keepToOwnDocument(): void {
  if (own === undefined) return;
  const leave = (event: Event, address: string): void => {
    const { origin, pathname } = new URL(address, location.href);
    if (origin === location.origin && pathname !== location.pathname) event.stopPropagation();
  };
  window.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
      if (link) leave(event, link.href);
    },
    true,
  );
  window.addEventListener(
    'submit',
    (event) => {
      const { target, submitter } = event;
      if (target instanceof HTMLFormElement) leave(event, submitter?.getAttribute('formaction') ?? target.getAttribute('action') ?? location.href);
    },
    true,
  );
}
