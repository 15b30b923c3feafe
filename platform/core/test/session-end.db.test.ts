import { afterAll, expect, it } from 'vitest';
import { sql } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

const portal = await startTestPortal();
afterAll(() => portal.close());

it('a session that is over goes with the next sign-in of the same person, one that lasts stays', async () => {
  const alpha = await portal.business('alpha');
  const signIn = () => portal.core.identity.signIn(alpha.tenant, { login: alpha.login, password: alpha.password, ip: '127.0.0.1', userAgent: 'a browser' });
  const rows = () => alpha.systemCtx('core').inTenant((tx) => tx.rows<{ id: string }>(sql`select id from portico.sessions order by created_at, id`));
  await signIn();
  await signIn();
  const [first, second] = await rows();
  await alpha.systemCtx('core').inTenant((tx) => tx.run(sql`update portico.sessions set expires_at = '2020-01-01' where id = ${first!.id}`));
  await signIn();
  const left = (await rows()).map(({ id }) => id);
  expect(left).toHaveLength(2);
  expect(left).toContain(second!.id);
  expect(left).not.toContain(first!.id);
});
