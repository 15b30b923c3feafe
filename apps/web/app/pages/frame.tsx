import type { LoaderFunctionArgs } from '@remix-run/node';
import { isRouteErrorResponse, Outlet, useLoaderData, useRouteError } from '@remix-run/react';
import { type ReactNode, Suspense } from 'react';
import type { FrameFacts, MenuEntry, PageProblem } from '@portico/core';
import { type Business, Card, CopyField, Flash, Frame, type NavItem, Skeleton, type Translate, useText } from '@portico/ui';
import { OutsideFrame } from '../outside-frame.tsx';
import { ProblemPanel } from '../problem-panel.tsx';
import { type RootData, useRootData } from '../root-data.ts';

/** Menu and person of the area, and the message of the form before. It protects nothing: every page checks for itself. */
export async function loader({ context, request }: LoaderFunctionArgs) {
  const { portico } = context;
  const { pathname } = new URL(request.url);
  const frame = await portico.frame(pathname === '/console' || pathname.startsWith('/console/') ? 'console' : 'portal');
  return { frame, flash: request.method === 'GET' ? await portico.takeFlash() : undefined };
}

export default function FramedPage() {
  const { frame, flash } = useLoaderData<typeof loader>();
  const t = useText();
  return (
    <Framed frame={frame}>
      {flash && <Flash>{t(flash.say, flash.values)}</Flash>}
      {flash?.copy && (
        <div className="ui-flash">
          <Card>
            <CopyField label={t('ui.copy-once')} value={flash.copy} />
          </Card>
        </div>
      )}
      <Suspense fallback={<Skeleton lines={6} />}>
        <Outlet />
      </Suspense>
    </Framed>
  );
}

/** The frame itself failed: the page says so without it. */
export function ErrorBoundary() {
  const error = useRouteError();
  return (
    <OutsideFrame>
      <ProblemPanel problem={isRouteErrorResponse(error) ? (error.data as PageProblem) : undefined} />
    </OutsideFrame>
  );
}

function Framed({ frame, children }: { readonly frame: FrameFacts | undefined; readonly children: ReactNode }) {
  const t = useText();
  const root = useRootData();
  if (!frame || !root) return <OutsideFrame>{children}</OutsideFrame>;
  const { area, menu, person, account, other } = frame;
  return (
    <Frame
      business={businessOf(root, area === 'console' ? '/console' : '/')}
      area={area === 'console' ? t('portico.page.console') : (account ?? t('portico.page.portal'))}
      nav={navOf(menu, t)}
      person={person}
      contact={root.contact}
      theme={root.theme}
      menu={[
        ...personalOf(menu, t),
        ...(other ? [{ label: t(`portico.page.to-${other}`), href: other === 'console' ? '/console' : '/', icon: 'building' }] : []),
      ]}
      hasRowKeys={area === 'console'}
    >
      {children}
    </Frame>
  );
}

function businessOf({ look, logo }: RootData, home: string): Business {
  const { contactLine, contactPhone } = look.branding;
  return { name: look.tenant.name, home, ...(logo ? { logo: { light: logo } } : {}), lines: [contactLine, contactPhone].filter((line) => line !== '') };
}

const personalOf = (menu: readonly MenuEntry[], t: Translate): NavItem[] =>
  menu.filter(({ personal }) => personal).map(({ text, href, icon }) => ({ label: t(text), href, ...(icon ? { icon } : {}) }));

const navOf = (menu: readonly MenuEntry[], t: Translate): NavItem[] =>
  menu.map(({ text, href, icon, children }) => ({ label: t(text), href, ...(icon ? { icon } : {}), children: navOf(children, t) }));
