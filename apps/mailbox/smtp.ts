import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { MessageStore } from './message-store.ts';
import type { Behaviour } from './misbehaviour.ts';

const largest = 25 * 1024 * 1024;

/** Takes mail on 127.0.0.1 without sign-in or TLS and keeps it; answers as `behaviour` says. */
export async function listenForMail(store: MessageStore, behaviour: Behaviour, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: largest,
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('error', (failure: Error) => answer(failure));
      stream.once('end', () => {
        receive(session, Buffer.concat(chunks)).then(
          (outcome) => (outcome === 'cut' ? cut(server, session) : outcome instanceof Error ? answer(outcome) : answer(null, outcome)),
          (failure: Error) => answer(failure),
        );
      });
    },
  });
  server.on('error', (failure: Error) => console.error(`SMTP: ${failure.message}`)); // a sender that hangs up, mostly
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });

  async function receive(session: SMTPServerSession, source: Buffer): Promise<string | Error | 'cut'> {
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    const to = session.envelope.rcptTo.map((recipient) => recipient.address);
    const orders = behaviour.next(to);
    if (orders.mode === 'refuse') return Object.assign(new Error('Refused, as told'), { responseCode: orders.code ?? 451 });
    if (orders.mode === 'delay') await pause(orders.ms);
    const keep = orders.mode !== 'drop-after-data' || orders.keep !== false;
    const message = keep ? await store.add({ from, to }, source) : undefined;
    return orders.mode === 'drop-after-data' ? 'cut' : `Kept as ${message!.id}`;
  }

  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Ends the connection of a session without a word, as a crash or a broken line would. */
function cut(server: SMTPServer, session: SMTPServerSession): void {
  const connections = (server as unknown as { connections: Set<{ session: SMTPServerSession; _socket: { destroy(): void } }> }).connections;
  for (const connection of connections) if (connection.session.id === session.id) connection._socket.destroy();
}
