import { data, type ActionFunctionArgs, type LinksFunction, type LoaderFunctionArgs } from '@remix-run/node';
import { isRouteErrorResponse, Links, Meta, Outlet, Scripts, ScrollRestoration, useMatches, useRouteError } from '@remix-run/react';
import { type ReactNode, useContext } from 'react';
import type { PageProblem } from '@portico/core';
import { brandColours, brandStyle, directionOf, TextProvider } from '@portico/ui';
import { readTheme } from '@portico/ui/server';
import { LIVE_RELOAD_SCRIPT } from './live-reload-script.ts';
import { NonceContext } from './nonce.ts';
import { OutsideFrame } from './outside-frame.tsx';
import type { OwnDocument } from './own-document.ts';
import { missingParts } from './plugin-parts.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { type RootData, useRootData } from './root-data.ts';
import styles from './styles.css?url';
import { textsFor } from './texts.ts';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }];

/** The business's look: asked again on every navigation, so that a new colour shows at once. */
export async function loader({ context, request }: LoaderFunctionArgs): Promise<RootData> {
  const look = await context.portico.look();
  const { colour, logoFileId, contactEmail, contactPhone } = look.branding;
  return {
    look,
    parts: context.parts,
    theme: readTheme(request.headers.get('cookie')),
    brand: styleOf(colour),
    logo: logoFileId ? `/files/${logoFileId}` : null,
    contact: contactEmail ? `mailto:${contactEmail}` : contactPhone ? `tel:${contactPhone.replace(/[^+\d]/g, '')}` : undefined,
    ...(process.env.PORTICO_LIVE_RELOAD ? { devScript: LIVE_RELOAD_SCRIPT } : {}),
  };
}

// Repairing contrast is arithmetic that every page would repeat. The bound only matters to an installation of very many looks.
const brandStyles = new Map<string, string>();

function styleOf(colour: string): string {
  const style = brandStyles.get(colour) ?? brandStyle(brandColours(colour));
  if (brandStyles.size >= 1_000) brandStyles.clear();
  brandStyles.set(colour, style);
  return style;
}

/** A form sent to the bare address, which names no page. */
export function action({ context }: ActionFunctionArgs) {
  throw data(context.portico.notFound(), { status: 404 });
}

/** The document around every page, errors too. The theme is known to the server, so nothing flashes. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const root = useRootData();
  const nonce = useContext(NonceContext);
  const locale = root?.look.tenant.locale ?? 'en';
  const ownDocument = useMatches().flatMap(({ handle }) => (handle as Partial<OwnDocument> | undefined)?.ownDocument ?? [])[0];
  return (
    <html lang={locale} dir={directionOf(locale)} data-theme={root?.theme ?? 'auto'} data-own-document={ownDocument}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <link rel="icon" href={root?.logo ?? 'data:,'} />
        <Links />
        {root?.parts.map(({ plugin, module }) => (
          <link key={plugin} rel="modulepreload" href={module} data-parts={plugin} />
        ))}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: colours that were parsed and written again by brand.ts. */}
        {root && <style nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: root.brand }} />}
      </head>
      <body>
        {root ? <Texts root={root}>{children}</Texts> : children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
        {root?.devScript && <script nonce={nonce} src={root.devScript} defer suppressHydrationWarning />}
      </body>
    </html>
  );
}

// A plugin was switched on since the page was opened: the page before stays until its words and parts are there.
function Texts({ root, children }: { readonly root: RootData; readonly children: ReactNode }) {
  const missing = missingParts(root.parts);
  if (missing) throw missing;
  const { tenant, now } = root.look;
  return (
    <TextProvider i18n={textsFor(root)} locale={tenant.locale} zone={tenant.zone} now={now}>
      {children}
    </TextProvider>
  );
}

export default function App() {
  return <Outlet />;
}

/** Reached when even the frame failed. */
export function ErrorBoundary() {
  const error = useRouteError();
  return (
    <OutsideFrame>
      <ProblemPanel problem={isRouteErrorResponse(error) ? (error.data as PageProblem) : undefined} />
    </OutsideFrame>
  );
}
