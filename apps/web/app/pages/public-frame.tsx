import type { LoaderFunctionArgs } from '@remix-run/node';
import { isRouteErrorResponse, Outlet, useLoaderData, useRouteError } from '@remix-run/react';
import { Suspense } from 'react';
import type { PageProblem } from '@portico/core';
import { Anchor, Flash, Skeleton, useText } from '@portico/ui';
import { OutsideFrame } from '../outside-frame.tsx';
import { ProblemPanel } from '../problem-panel.tsx';
import { useRootData } from '../root-data.ts';

/** The message of the form before. Nobody is looked up for these pages. */
export async function loader({ context, request }: LoaderFunctionArgs) {
  return { flash: request.method === 'GET' ? await context.portico.takeFlash() : undefined };
}

/** Around a page for anybody: the business's mark, the page, and how to reach the business. No menu: there is nowhere else to go. */
export default function PublicFrame() {
  const { flash } = useLoaderData<typeof loader>();
  const t = useText();
  const contact = useRootData()?.contact;
  return (
    <OutsideFrame
      wide
      foot={
        contact && (
          <nav aria-label={t('ui.help')} className="ui-row">
            <Anchor href={contact}>{t('portico.page.contact')}</Anchor>
          </nav>
        )
      }
    >
      {flash && <Flash>{t(flash.say, flash.values)}</Flash>}
      <Suspense fallback={<Skeleton lines={6} />}>
        <Outlet />
      </Suspense>
    </OutsideFrame>
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
