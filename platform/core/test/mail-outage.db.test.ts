import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openRelay } from '@portico/core';
import { sql } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';

const dir = mkdtempSync(path.join(tmpdir(), 'portico-mail-'));
mkdirSync(path.join(dir, 'emails'));
writeFileSync(path.join(dir, 'emails', 'hello.mjml'), '<mj-section><mj-column><mj-text>{{news}}</mj-text></mj-column></mj-section>');
const emails = { hello: { data: z.object({ news: z.string() }), subject: 'post.hello.subject' } };
const post = { ...testPlugin({ id: 'post', emails }, {}, { 'post.hello.subject': 'News' }), dir };

const portal = await startTestPortal({ plugins: [], loaded: [post] });
afterAll(async () => {
  await portal.close();
  rmSync(dir, { recursive: true });
});

it('a mail waits for a mail server that cannot be reached, for a day, and is parked then', async () => {
  const alpha = await portal.business('alpha');
  const inAlpha = <T>(statement: ReturnType<typeof sql>) => alpha.systemCtx('post').inTenant((tx) => tx.row<T & object>(statement));
  await alpha.systemCtx('post').inTenant((tx) => tx.mail('hello', alpha.ownerId, { news: 'two ducks' }));
  // port 9 of loopback: nobody listens there
  const relay = openRelay(portal.core, { smtp: createTransport({ host: '127.0.0.1', port: 9 }) as never });
  const tryAgain = async () => {
    await inAlpha(sql`update portico.due_work set not_before = '2000-01-01', lease = null where kind = 'mail' returning id`);
    await relay.round();
    return inAlpha<{ state: string; tries: number }>(sql`select state, tries from portico.mails`);
  };
  for (let tries = 1; tries <= 10; tries += 1) expect(await tryAgain()).toEqual({ state: 'waiting', tries });
  await inAlpha(sql`update portico.mails set tries = 149 returning id`);
  expect(await tryAgain()).toEqual({ state: 'parked', tries: 150 });
});
