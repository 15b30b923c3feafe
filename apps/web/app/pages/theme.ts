import { data, redirect, type ActionFunctionArgs } from '@remix-run/node';
import { isTheme, safeBack, themeCookie } from '@portico/ui/server';

export function loader() {
  throw data(null, { status: 404 });
}

/** Remembers light, dark or as the device has it, in a cookie of this browser. */
export async function action({ context, request }: ActionFunctionArgs) {
  const form = await context.portico.form(request);
  const theme = form?.get('theme');
  if (!isTheme(theme)) throw data(null, { status: 422 });
  return redirect(safeBack(form?.get('back')), { status: 303, headers: { 'Set-Cookie': themeCookie(theme) } });
}
