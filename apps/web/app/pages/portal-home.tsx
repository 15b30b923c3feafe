import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import type { MetaFunction } from '@remix-run/react';
import { EmptyHome } from '../problem-panel.tsx';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: titleOf(matches, 'portico.page.home') }];

/** Leads to the first entry of the menu; a person without any stays before an honest empty frame. */
export async function loader({ context }: LoaderFunctionArgs) {
  const to = await context.portico.home('portal');
  if (to) throw redirect(to);
  return null;
}

export default EmptyHome;
