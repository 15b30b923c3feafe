import { ask, type Business, demand, portico, sessionOf } from '@portico/testing/browser';

export const FIRST_PASSWORD = 'a first password';
export const OWN_PASSWORD = 'a better password';

/** A business with its first customer: `business` knows the account admin as a sign-in of kind `account-admin`. */
export interface WithCustomer {
  readonly business: Business;
  readonly accountId: string;
  /** The account admin's session, from after the password was changed. */
  readonly cookie: string;
}

/** Makes the first customer of a business that has only an owner; its account admin has chosen a password and holds a key. */
export async function firstCustomer(made: Business, name: string): Promise<WithCustomer> {
  const email = `ada@${made.slug}.example`;
  const { id } = await demand<{ id: string }>(made, '/api/v1/accounts', {
    key: 'owner',
    json: { name, admin: { name: 'Ada Lind', email, password: FIRST_PASSWORD } },
  });
  const { apiKey } = await portico<{ apiKey: string }>('key', 'create', '--business', made.slug, '--user', email);
  const signIn = { kind: 'account-admin' as const, login: email, apiKey };
  const first = await sessionOf({ ...made, signIns: [{ ...signIn, password: FIRST_PASSWORD }] }, 'account-admin');
  const form = { current: FIRST_PASSWORD, password: OWN_PASSWORD, again: OWN_PASSWORD };
  const changed = await ask(made, '/change-password', { cookie: first, form });
  if (changed.status !== 303) throw new Error(`${email} could not choose a password: ${changed.status}`);
  const renewed = changed.headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ');
  return { business: { ...made, signIns: [...made.signIns, { ...signIn, password: OWN_PASSWORD }] }, accountId: id, cookie: renewed ?? first };
}
