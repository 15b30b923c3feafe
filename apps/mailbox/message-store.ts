import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import PostalMime, { type Email } from 'postal-mime';

/** A mail as the API answers it. */
export interface Message {
  id: string;
  /** The Message-ID header as it was sent, angle brackets included. */
  messageId: string;
  /** The slug in `X-Portico-Business`; empty when the header is missing. */
  business: string;
  from: string;
  /** The recipients of the envelope, joined by a comma and a space. */
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; size: number; url: string }[];
  /** An ISO 8601 instant. */
  receivedAt: string;
}

/** One line of the file: what came over the wire, and when. Everything else is read out of it again. */
interface StoredMail {
  id: string;
  from: string;
  to: string[];
  receivedAt: string;
  source: string;
}

/** A mailbox that everything is sent to must not grow for ever: the oldest mails go first. */
const atMost = 10_000;

/** The received mails, newest last. Each is in the file before it is confirmed, so a restart loses none. */
export class MessageStore {
  readonly #file: string;
  #mails: StoredMail[] = [];
  #messages = new Map<string, Message>();
  #count = 0;

  private constructor(folder: string) {
    this.#file = path.join(folder, 'messages.jsonl');
  }

  /** Opens the store of a folder; a line that was cut off by a crash is left out. */
  static async open(folder: string): Promise<MessageStore> {
    mkdirSync(folder, { recursive: true });
    const store = new MessageStore(folder);
    const lines = existsSync(store.#file) ? readFileSync(store.#file, 'utf8').split('\n').filter(Boolean) : [];
    store.#mails = lines.flatMap(parseLine).slice(-atMost);
    for (const mail of store.#mails) store.#messages.set(mail.id, await readMessage(mail));
    store.#count = Math.max(0, ...store.#mails.map((mail) => Number(mail.id)));
    store.#rewrite();
    return store;
  }

  /** Keeps a mail as it came over the wire. */
  async add(envelope: { from: string; to: string[] }, source: Buffer): Promise<Message> {
    const mail: StoredMail = { id: String(++this.#count), ...envelope, receivedAt: new Date().toISOString(), source: source.toString('base64') };
    const message = await readMessage(mail);
    appendFileSync(this.#file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
    this.#mails.push(mail);
    this.#messages.set(mail.id, message);
    if (this.#mails.length > atMost) this.#messages.delete(this.#mails.shift()!.id);
    return message;
  }

  /** Newest first. `to` is compared with each recipient, without regard to case; `after` is the id of a mail that is known. */
  list(filter: { business?: string; to?: string; after?: number } = {}): Message[] {
    const wanted = filter.to?.toLowerCase();
    const { after = 0 } = filter;
    return this.#mails
      .filter(({ id }) => Number(id) > after)
      .filter((mail) => wanted === undefined || mail.to.some((address) => address.toLowerCase() === wanted))
      .map((mail) => this.#messages.get(mail.id)!)
      .filter((message) => filter.business === undefined || message.business === filter.business)
      .reverse();
  }

  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** The mail as it came over the wire. */
  source(id: string): Buffer | undefined {
    const mail = this.#mails.find((one) => one.id === id);
    return mail && Buffer.from(mail.source, 'base64');
  }

  async attachment(id: string, index: number): Promise<{ filename: string; contentType: string; content: Buffer } | undefined> {
    const source = this.source(id);
    const found = source && (await parse(source)).attachments[index];
    return found && { filename: found.filename ?? 'attachment', contentType: found.mimeType, content: bytes(found.content) };
  }

  clear(): void {
    this.#mails = [];
    this.#messages.clear();
    this.#rewrite();
  }

  #rewrite(): void {
    const draft = `${this.#file}.new`;
    writeFileSync(draft, this.#mails.map((mail) => `${JSON.stringify(mail)}\n`).join(''), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function parseLine(line: string): StoredMail[] {
  try {
    return [JSON.parse(line) as StoredMail];
  } catch {
    return []; // only the last line can be cut off: it was never confirmed to its sender
  }
}

function parse(source: Buffer): Promise<Email> {
  return PostalMime.parse(source);
}

async function readMessage(mail: StoredMail): Promise<Message> {
  const email = await parse(Buffer.from(mail.source, 'base64'));
  return {
    id: mail.id,
    messageId: email.messageId ?? '',
    business: header(email, 'x-portico-business'),
    from: mail.from,
    to: mail.to.join(', '),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    attachments: email.attachments.map((one, index) => ({
      filename: one.filename ?? 'attachment',
      contentType: one.mimeType,
      size: bytes(one.content).length,
      url: `/messages/${mail.id}/attachments/${index}`,
    })),
    receivedAt: mail.receivedAt,
  };
}

function header(email: Email, name: string): string {
  return email.headers.find((one) => one.key === name)?.value.trim() ?? '';
}

function bytes(content: ArrayBuffer | Uint8Array | string): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
}
