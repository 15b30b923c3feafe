import type { IncomingMessage } from 'node:http';

/** Whether a request comes from this machine and from no page of another origin: what it shows is nobody else's. */
export function fromThisMachine({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  const name = host?.replace(/:\d+$/, '') ?? '';
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(name)) return false;
  return origin === undefined || origin === `http://${host}`;
}
