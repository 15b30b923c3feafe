import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import type { MetaFunction } from '@remix-run/react';
import { PageFailed } from '../plugin-page.tsx';
import { EmptyHome } from '../problem-panel.tsx';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches, error }) => [{ title: titleOf(matches, error ? 'portico.page.not-found' : 'portico.page.console') }];

/** For a customer there is no console. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { portico } = context;
  if (!(await portico.hasConsole())) throw data(portico.notFound(), { status: 404 });
  const to = await portico.home('console');
  if (to) throw redirect(to);
  return null;
}

/** There is nothing to send here. */
export function action({ context }: ActionFunctionArgs) {
  throw data(context.portico.notFound(), { status: 404 });
}

export default EmptyHome;
export const ErrorBoundary = PageFailed;
