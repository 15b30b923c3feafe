import { data, redirect, type LoaderFunctionArgs } from '@remix-run/node';
import type { MetaFunction } from '@remix-run/react';
import { PageFailed } from '../plugin-page.tsx';
import { NotFoundPanel } from '../problem-panel.tsx';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: titleOf(matches, 'portico.page.not-found') }];

/** Whatever no page answers: the same for an address that never was and for one of a plugin that is switched off. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { portico } = context;
  if ((await portico.passwordState()) === 'must-change') throw redirect('/change-password');
  throw data(portico.notFound(), { status: 404 });
}

export function action({ context }: LoaderFunctionArgs) {
  throw data(context.portico.notFound(), { status: 404 });
}

export default NotFoundPanel;
export const ErrorBoundary = PageFailed;
