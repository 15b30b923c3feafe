import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openRelay, retryParked } from '@portico/core';
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

describe('a mail whose answer is lost may have left', () => {
  /** A server that takes the whole message and closes without a word. */
  const silent = createServer((socket) => {
    let inData = false;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const text = bytes.toString();
      if (inData) return void (text.endsWith('\r\n.\r\n') && socket.end());
      inData = text.startsWith('DATA');
      socket.write(inData ? '354 go on\r\n' : '250 fine\r\n');
    });
    socket.write('220 silent\r\n');
  });
  /** One that is there and says no, for now. */
  const busy = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('421 too busy\r\n');
  });
  const portOf = async (server: typeof silent): Promise<number> => {
    if (!server.listening) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };
  afterAll(() => void [silent, busy].map((server) => server.close()));

  it('and stays unknown while its repeats are refused; who finds it parked reads that it may have arrived', async () => {
    const beta = await portal.business('beta');
    const ctx = () => beta.systemCtx('post');
    const inBeta = <T>(statement: ReturnType<typeof sql>) => ctx().inTenant((tx) => tx.row<T & object>(statement));
    await ctx().inTenant((tx) => tx.mail('hello', beta.ownerId, { news: 'two ducks' }));
    const tryAt = async (port: number) => {
      await inBeta(sql`update portico.due_work set not_before = '2000-01-01', lease = null where kind = 'mail' returning id`);
      await openRelay(portal.core, { smtp: createTransport({ host: '127.0.0.1', port }) as never }).round();
      return (await inBeta<{ state: string; last_error: string }>(sql`select state, last_error from portico.mails`))!;
    };
    // port 9 of loopback: nobody listens there
    for (const port of [await portOf(silent), 9, await portOf(busy), 9]) expect((await tryAt(port)).state).toBe('unknown');
    await inBeta(sql`update portico.mails set tries = 149 returning id`);
    expect(await tryAt(9)).toEqual({ state: 'parked', last_error: expect.stringMatching(/^it may have arrived: .*ECONNREFUSED/) });
  });

  it('and keeps that remark when somebody sends it again by hand and it is refused once more; a mail that surely did not leave has none', async () => {
    const delta = await portal.business('delta');
    const inDelta = <T>(statement: ReturnType<typeof sql>) => delta.systemCtx('post').inTenant((tx) => tx.row<T & object>(statement));
    const parkedAfter = async (state: string) => {
      await delta.systemCtx('post').inTenant((tx) => tx.mail('hello', delta.ownerId, { news: 'two ducks' }));
      const { id } = (await inDelta<{ id: string }>(sql`update portico.mails set state = ${state}, tries = 149 where state = 'waiting' returning id`))!;
      await openRelay(portal.core, { smtp: createTransport({ host: '127.0.0.1', port: 9 }) as never }).round();
      await retryParked(portal.core.systemContext(delta.tenant, 'core'), id);
      await inDelta(sql`update portico.mails set tries = 149 where id = ${id} returning id`);
      await openRelay(portal.core, { smtp: createTransport({ host: '127.0.0.1', port: 9 }) as never }).round();
      return inDelta<{ state: string; last_error: string }>(sql`select state, last_error from portico.mails where id = ${id}`);
    };
    expect(await parkedAfter('unknown')).toEqual({ state: 'parked', last_error: expect.stringMatching(/^it may have arrived: .*ECONNREFUSED/) });
    expect(await parkedAfter('waiting')).toEqual({ state: 'parked', last_error: expect.not.stringContaining('arrived') });
  });

  it('also when the worker died while it was sent', async () => {
    const gamma = await portal.business('gamma');
    const inGamma = <T>(statement: ReturnType<typeof sql>) => gamma.systemCtx('post').inTenant((tx) => tx.row<T & object>(statement));
    await gamma.systemCtx('post').inTenant((tx) => tx.mail('hello', gamma.ownerId, { news: 'two ducks' }));
    await inGamma(sql`update portico.mails set state = 'sending', tries = 1 returning id`);
    await openRelay(portal.core, { smtp: createTransport({ host: '127.0.0.1', port: 9 }) as never }).round();
    expect(await inGamma(sql`select state, tries from portico.mails`)).toEqual({ state: 'unknown', tries: 2 });
  });
});
