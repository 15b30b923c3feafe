/**
 * The mailbox: an SMTP server on this machine that keeps every mail, a page to read them and an API for tests.
 * Environment: PORT (page and API) and SMTP_PORT, 0 for any free one; MAILBOX_DIR, the folder of its file.
 */
import { listenForReaders } from './http.ts';
import { MessageStore } from './message-store.ts';
import { Behaviour } from './misbehaviour.ts';
import { listenForMail } from './smtp.ts';

const folder = process.env.MAILBOX_DIR;
if (!folder) throw new Error('MAILBOX_DIR is not set.');
const store = await MessageStore.open(folder);
const behaviour = new Behaviour();
const mail = await listenForMail(store, behaviour, Number(process.env.SMTP_PORT ?? 0));
const readers = await listenForReaders(store, behaviour, Number(process.env.PORT ?? 0));
console.log(JSON.stringify({ portico: 'ready', port: readers.port, smtp: mail.port }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void readers.close().then(() => process.exit(0)));
