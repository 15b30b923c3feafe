import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../embedded/index.ts';

interface Mail {
  id: string;
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; size: number; url: string }[];
  receivedAt: string;
}

const dir = mkdtempSync(path.join(tmpdir(), 'mailbox-test-'));
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await startMailbox({ dir });
});
afterAll(async () => {
  await mailbox.stop();
  rmSync(dir, { recursive: true });
});
beforeEach(async () => {
  await tell({ mode: 'none' });
  await fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' });
});

const tell = (orders: object) => fetch(`${mailbox.url}/control`, { method: 'POST', body: JSON.stringify(orders) });
const list = async (query = ''): Promise<Mail[]> => (await fetch(`${mailbox.url}/api/messages${query}`)).json() as Promise<Mail[]>;

function send(business: string, to: string, subject: string, more: object = {}) {
  const transport = createTransport({ url: mailbox.smtp, connectionTimeout: 3_000 } as object);
  return transport.sendMail({
    from: 'portal@example.test',
    to,
    subject,
    text: `Text of ${subject}`,
    html: `<p>Page of ${subject}</p>`,
    headers: { 'X-Portico-Business': business },
    ...more,
  });
}

describe('the mailbox, asked by its reader', () => {
  it('lists what was sent, with every part', async () => {
    await send('acme', 'ann@example.test', 'Hello Ünï', { messageId: '<one@acme>', attachments: [{ filename: 'a.txt', content: 'abc' }] });
    const [mail] = await list();
    expect(mail).toMatchObject({ messageId: '<one@acme>', to: 'ann@example.test', subject: 'Hello Ünï', business: 'acme' });
    expect(mail!.html.trim()).toBe('<p>Page of Hello Ünï</p>');
    expect(mail!.text.trim()).toBe('Text of Hello Ünï');
    expect(Math.abs(Date.parse(mail!.receivedAt) - Date.now())).toBeLessThan(10_000);
    expect(mail!.attachments).toMatchObject([{ filename: 'a.txt', size: 3 }]);
    expect(await (await fetch(mailbox.url + mail!.attachments[0]!.url)).text()).toBe('abc');
  });

  it('narrows by business and by recipient, and DELETE empties it', async () => {
    await send('acme', 'ann@example.test', 'A');
    await send('acme', 'bob@example.test', 'B');
    await send('lawn', 'ann@example.test', 'C');
    expect((await list('?business=acme')).map((mail) => mail.subject)).toEqual(['B', 'A']);
    expect((await list('?to=ANN@example.test')).map((mail) => mail.subject)).toEqual(['C', 'A']);
    expect((await list('?business=acme&to=ann@example.test')).map((mail) => mail.subject)).toEqual(['A']);
    expect((await fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it('lists what came after a mail that its reader knows, and refuses an id that is none', async () => {
    await send('acme', 'ann@example.test', 'A');
    const [{ id }] = (await list()) as [Mail];
    expect(await list(`?after=${id}`)).toEqual([]);
    await send('acme', 'ann@example.test', 'B');
    await send('lawn', 'ann@example.test', 'C');
    expect((await list(`?after=${id}`)).map((mail) => mail.subject)).toEqual(['C', 'B']);
    expect((await list(`?after=${id}&business=acme`)).map((mail) => mail.subject)).toEqual(['B']);
    const refused = await fetch(`${mailbox.url}/api/messages?after=yesterday`);
    expect([refused.status, await refused.json()]).toEqual([400, { error: expect.stringContaining('"after"') as string }]);
  });

  it('keeps its mails over a kill -9 and stays on its ports', async () => {
    await send('acme', 'ann@example.test', 'Before the crash');
    const { port, smtpPort } = mailbox;
    process.kill(mailbox.pid, 'SIGKILL');
    await mailbox.exited;
    mailbox = await startMailbox({ dir, port, smtpPort });
    expect([mailbox.port, mailbox.smtpPort]).toEqual([port, smtpPort]);
    expect((await list()).map((mail) => mail.subject)).toEqual(['Before the crash']);
  });

  it('shows mails by business, with markup in a subject as plain text', async () => {
    await send('acme', 'ann@example.test', '<script>alert(1)</script>');
    const page = await (await fetch(mailbox.url)).text();
    expect(page).toContain('acme (1)');
    expect(page).not.toContain('<script>');
  });

  it('answers no page of another origin', async () => {
    expect((await fetch(`${mailbox.url}/api/messages`, { headers: { origin: 'http://evil.test' } })).status).toBe(403);
  });
});

describe('the mailbox, told to misbehave', () => {
  it('refuses so many mails and then takes them again', async () => {
    await tell({ mode: 'refuse', code: 550, times: 1 });
    await expect(send('acme', 'ann@example.test', 'A')).rejects.toMatchObject({ responseCode: 550 });
    expect(await list()).toEqual([]);
    await send('acme', 'ann@example.test', 'A');
    expect(await list()).toHaveLength(1);
  });

  it('cuts the connection after the mail and before the answer: the sender cannot know, the mail is there', async () => {
    await tell({ mode: 'drop-after-data', times: 1 });
    await expect(send('acme', 'ann@example.test', 'A')).rejects.toMatchObject({ code: 'ECONNECTION' });
    expect(await list()).toHaveLength(1);
  });

  it('cuts the connection and loses the mail', async () => {
    await tell({ mode: 'drop-after-data', keep: false, times: 1 });
    await expect(send('acme', 'ann@example.test', 'A')).rejects.toThrow();
    expect(await list()).toEqual([]);
  });

  it('delays its answer for one recipient only', async () => {
    await tell({ mode: 'delay', ms: 600, to: 'slow@example.test' });
    const began = performance.now();
    await send('acme', 'ann@example.test', 'quick');
    const quick = performance.now() - began;
    await send('acme', 'slow@example.test', 'slow');
    expect(performance.now() - began - quick).toBeGreaterThanOrEqual(590);
    expect(quick).toBeLessThan(500);
  });

  it('says what it understands when told nonsense', async () => {
    const answer = await tell({ mode: 'explode' });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain('drop-after-data');
  });
});
