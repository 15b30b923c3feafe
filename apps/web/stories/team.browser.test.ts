import { beforeAll, expect, test } from 'vitest';
import { ask, type Business, demand, demoBusinesses, fresh, sessionOf } from '@portico/testing/browser';

let business: Business;
beforeAll(() => {
  [business] = demoBusinesses();
});

const GIVEN = 'given by a colleague 1';
const OWN = 'chosen by myself 2';
const TEAM = '/console/workspace/team';

/** Signs in and answers the cookie; where the first page leads is what the test looks at. */
async function signIn(login: string, password: string): Promise<string> {
  const { status, headers } = await ask(business, '/sign-in', { form: { login, password } });
  expect(status).toBe(303);
  return headers['set-cookie']!.map((one) => one.split(';')[0]).join('; ');
}

// Everything that a person added by staff meets, in order: a password to change, then the console.
async function takesUpWork(login: string): Promise<void> {
  const cookie = await signIn(login, GIVEN);
  expect((await ask(business, TEAM, { cookie })).headers.location).toBe('/change-password');
  expect((await ask(business, '/api/v1/workspace/staff', { cookie })).json()).toMatchObject({ status: 403, code: 'portico.password-change-needed' });
  const changed = await ask(business, '/change-password', { cookie, form: { current: GIVEN, password: OWN, again: OWN } });
  expect([changed.status, changed.headers.location]).toEqual([303, '/']);
  expect((await ask(business, TEAM, { cookie: await signIn(login, OWN) })).status).toBe(200);
}

test('staff add a colleague by page, who chooses a password first and then works (line 16)', async () => {
  const login = `colleague.${fresh()}`;
  const form = { name: 'A Colleague', userName: login, email: '', password: GIVEN, role: 'staff' };
  const page = await ask(business, `${TEAM}/new`, { cookie: await sessionOf(business, 'staff') });
  expect(page.text).toContain('value="staff"');
  expect(page.text).not.toContain('value="owner"');
  const added = await ask(business, `${TEAM}/new`, { cookie: await sessionOf(business, 'staff'), form });
  expect([added.status, added.headers.location]).toEqual([303, TEAM]);
  await takesUpWork(login);
});

test('staff add a colleague by API, never an owner; a customer adds nobody, by page and API (line 16)', async () => {
  const login = `colleague.${fresh()}`;
  const json = { name: 'Another Colleague', userName: login, password: GIVEN };
  expect(await demand<{ role: string }>(business, '/api/v1/workspace/staff', { key: 'staff', json })).toMatchObject({ role: 'staff', enabled: true });
  await takesUpWork(login);
  const over = { ...json, userName: `${login}.2`, role: 'owner' };
  expect((await ask(business, '/api/v1/workspace/staff', { key: 'staff', json: over })).status).toBe(403);
  const byPage = await ask(business, `${TEAM}/new`, { cookie: await sessionOf(business, 'staff'), form: { ...over, email: '' } });
  expect(byPage.status).toBe(403);
  expect((await ask(business, '/api/v1/workspace/staff', { key: 'account-admin', json: { ...json, userName: `${login}.3` } })).status).toBe(403);
  const form = { ...json, userName: `${login}.4`, email: '' };
  expect((await ask(business, `${TEAM}/new`, { cookie: await sessionOf(business, 'account-admin'), form })).status).toBe(404);
});
