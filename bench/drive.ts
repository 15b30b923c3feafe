import { Agent, request } from 'node:http';

/** One request of a measured run. `host` names the business; the address is always 127.0.0.1. */
export interface Call {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface Came {
  readonly status: number;
  readonly text: string;
}

/** A client of one server. */
export interface Driver {
  call(call: Call): Promise<Came>;
  /** Sends `count` calls over so many connections, each beginning its next when its last is answered. */
  closedLoop(count: number, connections: number, next: (at: number) => Call, took?: (at: number, came: Came) => void): Promise<void>;
  close(): void;
}

/**
 * Drives the server that listens on a port of this machine. Any failure to get an answer ends the run. Each loop opens
 * connections of its own: a server may close one that stood idle while the other side was measured.
 */
export function driverOf(port: number): Driver {
  const once = new Agent();
  return {
    call: (call) => send(once, port, call),
    async closedLoop(count, connections, next, took) {
      const agent = new Agent({ keepAlive: true, maxSockets: connections });
      let at = 0;
      const lane = async (): Promise<void> => {
        for (let mine = at++; mine < count; mine = at++) {
          const came = await send(agent, port, next(mine));
          took?.(mine, came);
        }
      };
      await Promise.all(Array.from({ length: Math.min(connections, count) }, lane)).finally(() => agent.destroy());
    },
    close: () => once.destroy(),
  };
}

function send(agent: Agent, port: number, { host, path, headers, body }: Call): Promise<Came> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ agent, host: '127.0.0.1', port, path, method, headers: { host, ...headers, ...sent } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
