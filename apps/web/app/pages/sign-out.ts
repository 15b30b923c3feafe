import { data, redirect, type ActionFunctionArgs } from '@remix-run/node';

/** Only a form signs out; an address that is merely opened changes nothing. */
export function loader() {
  throw data(null, { status: 404 });
}

export async function action({ context }: ActionFunctionArgs) {
  return redirect(await context.portico.signOut(), 303);
}
