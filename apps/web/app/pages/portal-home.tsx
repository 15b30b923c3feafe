import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import type { MetaFunction } from '@remix-run/react';
import { PageFailed } from '../plugin-page.tsx';
import { EmptyHome } from '../problem-panel.tsx';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: titleOf(matches, 'portico.page.home') }];

/** Leads to the first entry of the menu; a person without any stays before an honest empty frame. */
export async function loader({ context }: LoaderFunctionArgs) {
  const to = await context.portico.home('portal');
  if (to) throw redirect(to);
  return null;
}

/** There is nothing to send here. */
export function action({ context }: ActionFunctionArgs) {
  throw data(context.portico.notFound(), { status: 404 });
}

export default EmptyHome;
export const ErrorBoundary = PageFailed;
