import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import type { Command } from '../command.ts';
import { run as create } from '../commands/key-create.ts';
import { run as list } from '../commands/key-list.ts';
import { run as revoke } from '../commands/key-revoke.ts';

let portal: TestPortal;
let alpha: TestBusiness;
beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
});
afterAll(() => portal.close());

const typed = async <Answer>(command: Command, ...argv: string[]): Promise<Answer> =>
  ((await command({ argv, env: portal.environment } as Parameters<Command>[0])) as { json: Answer }).json;
type Listed = { id: string; lastFour: string; userName: string | null; revokedAt: string | null }[];
const actorOf = (key: string) => portal.core.identity.actorOfKey(alpha.tenant, key);

describe('portico key list and key revoke', () => {
  it('of another business: its key is neither listed nor revoked', async () => {
    await portal.business('beta');
    const made = await typed<{ id: string }>(create, '--business', 'alpha', '--user', alpha.login);
    expect((await typed<Listed>(list, '--business', 'beta')).map(({ id }) => id)).not.toContain(made.id);
    await expect(typed(revoke, '--business', 'beta', '--id', made.id)).rejects.toThrow(`No key at beta has the id "${made.id}"`);
  });

  it('of a key that is not there, a login that nobody has, or both holders at once: one sentence', async () => {
    await expect(typed(revoke, '--business', 'alpha', '--id', 'pk_leaked')).rejects.toThrow('No key at alpha has the id "pk_leaked"');
    await expect(typed(list, '--business', 'alpha', '--user', 'nobody')).rejects.toThrow('There is no user with this user name or e-mail address here.');
    await expect(typed(list, '--business', 'alpha', '--user', 'a', '--source', 'b')).rejects.toThrow('Give either --source or --user, or none of them.');
  });

  it('a leaked key of a user is found by its last four signs, revoked, and signs nobody in from then on; the audit log says so once', async () => {
    const { id, apiKey } = await typed<{ id: string; apiKey: string }>(create, '--business', 'alpha', '--user', alpha.login, '--name', 'Leaked');
    const stays = await typed<{ apiKey: string }>(create, '--business', 'alpha', '--user', alpha.login);
    expect(await actorOf(apiKey)).toMatchObject({ id: alpha.ownerId });
    const listed = await typed<Listed>(list, '--business', 'alpha', '--user', alpha.login);
    expect(listed).toContainEqual(expect.objectContaining({ id, name: 'Leaked', lastFour: apiKey.slice(-4), userId: alpha.ownerId, revokedAt: null }));
    expect(JSON.stringify(listed)).not.toContain(apiKey);
    for (let time = 0; time < 2; time += 1) expect(await typed(revoke, '--business', 'alpha', '--id', id)).toEqual({ business: 'alpha', id, revoked: true });
    expect(await actorOf(apiKey)).toBeUndefined();
    expect(await actorOf(stays.apiKey)).toMatchObject({ id: alpha.ownerId });
    expect((await typed<Listed>(list, '--business', 'alpha')).find((key) => key.id === id)?.revokedAt).toEqual(expect.any(String));
    const audited = await alpha
      .systemCtx('core')
      .inTenant((tx) => tx.rows(sql`select id from portico.audit_log where what = 'portico.key-revoked' and after->>'keyId' = ${id}`));
    expect(audited).toHaveLength(1);
  });
});
