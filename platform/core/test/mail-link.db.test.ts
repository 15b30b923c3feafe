import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openRelay } from '@portico/core';
import { MailLink, sql } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';

const dir = mkdtempSync(path.join(tmpdir(), 'portico-mail-'));
mkdirSync(path.join(dir, 'emails'));
writeFileSync(path.join(dir, 'emails', 'bill.mjml'), '<mj-section><mj-column><mj-button href="{{payUrl}}">Pay</mj-button></mj-column></mj-section>');
const emails = { bill: { data: z.object({ payUrl: MailLink }), subject: 'post.bill.subject' } };
const post = { ...testPlugin({ id: 'post', emails }, {}, { 'post.bill.subject': 'A bill' }), dir };
const portal = await startTestPortal({ plugins: [], loaded: [post] });
afterAll(async () => {
  await portal.close();
  rmSync(dir, { recursive: true });
});

it('a link in a mail is made when the mail leaves, at the address of the business; the row in the queue holds no token', async () => {
  const alpha = await portal.business('alpha');
  const context = alpha.systemCtx('post');
  const link = { purpose: 'post.pay', id: context.newId(), generation: 2 };
  const token = context.links.token(link);
  await context.inTenant((tx) => tx.mail('bill', alpha.ownerId, { payUrl: { link: { ...link, path: '/pay/' } } }));
  const everything = () => context.inTenant((tx) => tx.rows<{ line: string }>(sql`select row_to_json(m)::text as line from portico.mails m`));
  expect((await everything())[0]!.line).toContain(link.id);
  const sent: { html: string; text: string; subject: string }[] = [];
  await openRelay(portal.core, { smtp: { sendMail: async (message: never) => sent.push(message) } as never }).round();
  expect(sent).toHaveLength(1);
  expect(sent[0]!.text).toContain(`Pay: ${alpha.tenant.url}/pay/${token}\n`);
  expect(sent[0]!.html).toContain(`href="${alpha.tenant.url}/pay/${token}"`);
  const [row] = await everything();
  expect(row!.line).toContain('"sent"');
  expect(row!.line).not.toContain(token.slice(0, 43));
});

it('a link that is none is refused when the mail is written', async () => {
  const alpha = await portal.business('alpha-2');
  const context = alpha.systemCtx('post');
  const link = { purpose: 'post.pay', id: context.newId(), generation: 2, path: 'https://evil.example/' };
  await expect(context.inTenant((tx) => tx.mail('bill', alpha.ownerId, { payUrl: { link } }))).rejects.toThrow('was given what it does not allow');
});
