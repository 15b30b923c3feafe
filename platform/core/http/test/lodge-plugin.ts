import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { LoadedPlugin } from '@portico/core';
import { defineServer, fileAnswer, fileOf, get, post, userRoles } from '@portico/kit/server';
import { testPlugin } from '@portico/testing';

const read = { action: 'read', subject: 'Lodge' } as const;

/** What the tests see and turn. */
export const lodge = { calls: 0, name: 'Invoice 1001.pdf', heard: [] as { raw: Buffer; headers: Readonly<Record<string, string>>; actor: string }[] };

const Heard = z.object({ call: z.int(), actor: z.string() });

const server = defineServer({
  routes: [
    post('/calls', { name: 'call', open: true, raw: true, answer: Heard }, async (ctx, { raw, headers }) => {
      lodge.calls += 1;
      lodge.heard.push({ raw, headers, actor: ctx.actor.kind });
      return { call: lodge.calls, actor: ctx.actor.kind };
    }),
    get('/hours', { name: 'read-hours', open: true, answer: Heard }, async (ctx) => ({ call: 0, actor: ctx.actor.kind })),
    get('/{id}/paper', { name: 'read-paper', may: read, answer: fileOf('application/pdf') }, async () =>
      fileAnswer({ name: lodge.name, type: 'application/pdf', bytes: Buffer.from('%PDF-1.7 paper') }),
    ),
    get('/picture', { name: 'read-picture', may: read, answer: fileOf('application/pdf') }, async () =>
      fileAnswer({ name: 'a.svg', type: 'image/svg+xml', bytes: Buffer.from('<svg/>') }),
    ),
    post('/papers', { name: 'make-paper', may: read, answer: fileOf('application/pdf') }, async () =>
      fileAnswer({ name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF') }),
    ),
  ],
  hooks: [userRoles.answer(async () => [{ role: 'account-admin' as const, accountId: '00000000-0000-7000-8000-00000000000a' }])],
});

/** A plugin with a page, operations and a file for anybody. */
export const lodgePlugin: LoadedPlugin = {
  ...testPlugin(
    {
      id: 'lodge',
      subjects: { Lodge: { columns: { account: 'account_id' }, actions: { read: 'account' } } },
      pages: [
        { area: 'public', path: 'guest/:token', view: 'guest', title: 'lodge.guest' },
        { area: 'portal', path: '', view: 'hall', title: 'lodge.hall', may: read, ownDocument: true },
        { area: 'portal', path: 'bare', view: 'hall', title: 'lodge.hall', may: read },
      ],
      emails: {},
    },
    server,
    { 'lodge.welcome': 'Welcome.' },
  ),
  dir: path.join(path.dirname(fileURLToPath(import.meta.url)), 'lodge'),
};
