import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineDecision, defineEvent } from '@portico/kit';
import { defineServer, post, userRoles } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';
import { Door } from '../door.ts';
import { openPages } from '../pages.ts';
import { Visit } from '../visit.ts';
import { openHost } from './speak-to-host.ts';

const read = { action: 'read', subject: 'Slip' } as const;
const fell = defineEvent('slip.fell', { payload: z.object({ duckId: z.uuid() }), subject: ({ duckId }) => duckId });
const mayStand = defineDecision('slip.may-stand', {
  question: z.object({ duckId: z.uuid() }),
  verdict: z.boolean(),
  combine: ([first]) => first,
  fallback: true,
  whenFailed: false,
  budgetMs: 100,
});
const SlipView = z.object({ depth: z.number() });
const Body = z.object({ how: z.enum(['publish', 'mail', 'decide', 'answer', 'well']) });
const wrong = { duckId: 'no id' };

// Its code is wrong in each way in which a plugin's code may hand a schema what it refuses.
const slip = {
  ...testPlugin(
    {
      id: 'slip',
      subjects: { Slip: { columns: { member: 'member_id', account: 'account_id' }, actions: { read: 'own' } } },
      pages: [{ area: 'portal', path: '', view: 'slip', title: 'slip.title', may: read }],
      emails: { note: { data: z.object({ duckId: z.uuid() }), subject: 'slip.note' } },
    },
    defineServer({
      hooks: [userRoles.answer(async (_tx, { userId }) => [{ role: 'member' as const, accountId: userId, memberId: userId }])],
      routes: [
        post('', { name: 'slip', may: read, body: Body, answer: z.object({}) }, async (ctx, { body }) => {
          const { how } = body as z.output<typeof Body>;
          if (how === 'publish') await ctx.inTenant((tx) => tx.publish(fell, wrong));
          if (how === 'mail') await ctx.inTenant((tx) => tx.mail('note', ctx.actor.id, wrong));
          if (how === 'decide') await ctx.decide(mayStand, wrong);
          if (how === 'answer') SlipView.parse({ depth: 'deep' });
          return {};
        }),
      ],
    }),
  ),
  dir: path.join(path.dirname(fileURLToPath(import.meta.url)), 'pond'),
};
const portal = await startTestPortal({ plugins: [], loaded: [slip] });
const { core } = portal;
const alpha = await portal.business('alpha');
const host = await openHost(core, (_request, response) => void response.status(299).end());
afterAll(async () => {
  host.close();
  await portal.close();
});
const passwordHash = await alpha.systemCtx('core').hashPassword('a quiet pond at dawn');
const userId = await alpha.systemCtx('core').inTenant((tx) => tx.users.create({ name: 'Duck', userName: 'duck', passwordHash, mustChangePassword: false }));
const { token } = await core.identity.signIn(alpha.tenant, { login: 'duck', password: 'a quiet pond at dawn', ip: '::1', userAgent: '' });
const { key } = await alpha.systemCtx('slip').inTenant((tx) => tx.keys.create({ name: 'duck', userId }));
const call = async (how: string) => {
  const { status, text } = await host.ask('/api/v1/slip', {
    method: 'POST',
    host: 'alpha.portico.localhost',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ how }),
  });
  return { status, code: (JSON.parse(text) as { code?: string }).code };
};
const door = () =>
  new Door(new Visit(core, alpha.tenant, 'request-1', 'nonce', { cookie: `__Host-portico=${token}` }, '::1'), openPages(core), {
    append: () => undefined,
  } as never);
const page = { pluginId: 'slip', area: 'portal', path: '' } as const;
const address = 'http://alpha.portico.localhost/slip';
const failures = () => alpha.failuresOf('slip');

describe('what a schema refuses of a plugin itself is no input of anybody', () => {
  it.each(['publish', 'mail', 'decide', 'answer'])('by API, %s: unforeseen, and counted at the plugin', async (how) => {
    const before = await failures();
    expect(await call(how)).toEqual({ status: 500, code: 'portico.unforeseen' });
    expect(await failures()).toBe(before + 1);
  });
  it('on a page that is opened: unforeseen, and counted', async () => {
    const before = await failures();
    expect(await door().load(page, new Request(address), {})).toMatchObject({ kind: 'problem', problem: { code: 'portico.unforeseen' } });
    expect(await failures()).toBe(before + 1);
  });
  it('after a form was read: unforeseen, and counted, and what was typed is kept', async () => {
    const before = await failures();
    const posted = new Request(address, { method: 'POST', body: new URLSearchParams({ grain: 'wheat' }) });
    const answer = await door().submit(page, posted, {});
    expect(answer).toMatchObject({
      kind: 'refused',
      refusal: { fields: {}, typed: { grain: 'wheat' }, say: 'Something went wrong on our side. Please try again.' },
    });
    expect(await failures()).toBe(before + 1);
  });
});

describe('what a schema refuses of an input stays invalid input, and costs the plugin nothing', () => {
  it('in a body', async () => {
    const before = await failures();
    expect(await call('never')).toEqual({ status: 422, code: 'portico.invalid-input' });
    expect(await call('well')).toMatchObject({ status: 200 });
    expect(await failures()).toBe(before);
  });
  it('in an address', async () => {
    const before = await failures();
    expect(await door().load(page, new Request(`${address}?limit=many`), {})).toMatchObject({ problem: { status: 422, code: 'portico.invalid-input' } });
    expect(await failures()).toBe(before);
  });
  it('in a form, with a sentence at the field', async () => {
    const before = await failures();
    const posted = new Request(address, { method: 'POST', body: new URLSearchParams({ grain: 'x' }) });
    expect(await door().submit(page, posted, {})).toMatchObject({ status: 422, refusal: { fields: { grain: expect.any(String) } } });
    expect(await failures()).toBe(before);
  });
});
