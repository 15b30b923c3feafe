import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { core, sql } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';

const dir = mkdtempSync(path.join(tmpdir(), 'portico-mail-'));
mkdirSync(path.join(dir, 'emails'));
writeFileSync(
  path.join(dir, 'emails', 'hello.mjml'),
  '<mj-section><mj-column><mj-text>Dear {{recipientName}}, {{news}}</mj-text><mj-button href="{{businessUrl}}">Open the portal</mj-button></mj-column></mj-section>',
);
const post = {
  ...testPlugin(
    { id: 'post', emails: { hello: { data: z.object({ news: z.string() }), subject: 'post.hello.subject' } } },
    {},
    { 'post.hello.subject': 'News from {{business}}' },
  ),
  dir,
};

const portal = await startTestPortal({ plugins: [], loaded: [post], worker: true });
afterAll(async () => {
  await portal.close();
  rmSync(dir, { recursive: true });
});
const alpha = await portal.business('alpha', { name: 'Alpha & Sons' });
const box = `${portal.mailbox!.url}/api/messages`;
interface Message {
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}
const messages = async (): Promise<Message[]> => (await fetch(`${box}?business=alpha`)).json() as Promise<Message[]>;
const control = (what: object) =>
  fetch(`${portal.mailbox!.url}/control`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) });
const send = (news: string) => alpha.systemCtx('post').inTenant((tx) => tx.mail('hello', alpha.ownerId, { news }));
const states = () =>
  alpha
    .systemCtx('post')
    .inTenant((tx) =>
      tx.rows<{ state: string; tries: number; message_id: string }>(sql`select state, tries, message_id from portico.mails order by created_at desc, id desc`),
    );
async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`it did not happen within 20 s: ${JSON.stringify(await states())}`);
    await pause(50);
  }
}
beforeEach(async () => void (await fetch(box, { method: 'DELETE' })));

describe('a mail', () => {
  it('goes out after commit in the business’s name, escaped, with a text part', async () => {
    await send('<b>two</b> ducks');
    await until(async () => (await messages()).length === 1);
    const [mail] = await messages();
    expect(mail).toMatchObject({ to: 'owner@alpha.example', subject: 'News from Alpha & Sons' });
    expect(mail!.html).toContain('&#60;b&#62;two');
    expect(mail!.html).not.toContain('{{');
    expect(mail!.html).not.toContain('<img');
    expect(mail!.text).toContain('Dear Owner, <b>two</b> ducks');
    expect(mail!.text).toContain(`Open the portal: ${alpha.tenant.url}`);
    await until(async () => (await states())[0]!.state === 'sent');
  });

  it('of a transaction that rolls back is never sent', async () => {
    const work = alpha.systemCtx('post').inTenant(async (tx) => {
      await tx.mail('hello', alpha.ownerId, { news: 'never' });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await pause(600);
    expect(await messages()).toEqual([]);
  });

  it('whose answer is lost is unknown, and comes again only under the same Message-ID', async () => {
    await control({ mode: 'drop-after-data', keep: true, times: 1 });
    await send('perhaps twice');
    await until(async () => (await states())[0]!.state === 'unknown');
    const before = (await states())[0]!.message_id;
    await alpha
      .systemCtx('post')
      .inTenant((tx) => tx.run(sql`update portico.due_work set not_before = now() - interval '1 second', lease = null where kind = 'mail'`));
    await until(async () => (await states())[0]!.state === 'sent');
    const ids = new Set((await messages()).map((mail) => mail.messageId));
    expect(ids).toEqual(new Set([before]));
  });

  it('with data that does not fit its declaration is refused at once', async () => {
    await expect(alpha.systemCtx('post').inTenant((tx) => tx.mail('hello', alpha.ownerId, { news: 7 }))).rejects.toThrow();
    await expect(alpha.systemCtx('post').inTenant((tx) => tx.mail('goodbye', alpha.ownerId, {}))).rejects.toThrow('declares no mail');
  });

  it('to a disabled user is dropped', async () => {
    const userId = await alpha.systemCtx('post').inTenant((tx) => tx.users.create({ name: 'Gone', email: 'gone@alpha.example' }));
    await alpha.systemCtx('post').inTenant(async (tx) => {
      await tx.users.change(userId, { enabled: false });
      await tx.mail('hello', userId, { news: 'late' });
    });
    await until(async () => (await states())[0]!.state === 'dropped');
    expect(await messages()).toEqual([]);
  });
});

describe('the look of a mail', () => {
  it('is the business’s: its logo and its colour', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const logoFileId = await alpha.systemCtx('core').inTenant((tx) => tx.files.put({ purpose: 'logo', fileName: 'a.png', mediaType: 'image/png', bytes: png }));
    await alpha.systemCtx('post').use(core).saveBranding({ logoFileId, colour: '#ffd400', contactLine: 'Pond Street 1' });
    await send('with a logo');
    await until(async () => (await messages()).length === 1);
    const [mail] = await messages();
    expect(mail!.html).toContain(`src="${alpha.tenant.url}/files/${logoFileId}"`);
    expect(mail!.html.toLowerCase()).toContain('#ffd400');
    expect(mail!.text).toContain('Pond Street 1');
  });
});
