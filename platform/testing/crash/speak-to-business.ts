import { Agent, request } from 'node:http';
import type { RunBusiness } from '@portico/cli/run-file';

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const ANSWER_WITHIN_MS = 30_000;

/** What a business answered. `body` is parsed when it is JSON. */
export interface Spoken {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/**
 * Asks the API of a business. Undefined: no answer came, so nobody knows whether it was done. The name goes in the Host
 * header, because Node looks up no `*.localhost`.
 */
export function speak({ url }: Pick<RunBusiness, 'url'>, path: string, { key, json }: { key: string; json?: unknown }): Promise<Spoken | undefined> {
  const { host, port } = new URL(url);
  const body = json === undefined ? undefined : JSON.stringify(json);
  const headers = {
    host,
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve) => {
    const asked = request(
      { agent, host: '127.0.0.1', port, path, headers, method: body === undefined ? 'GET' : 'POST', timeout: ANSWER_WITHIN_MS },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
        response.once('error', () => resolve(undefined));
      },
    );
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(undefined));
    asked.end(body);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The same, for what must succeed: throws Error with the answer when it does not. */
export async function insist(business: RunBusiness, path: string, question: { key: string; json?: unknown }): Promise<Record<string, unknown>> {
  const answer = await speak(business, path, question);
  if (!answer || answer.status >= 300)
    throw new Error(`${path} of ${business.slug} answered ${answer?.status ?? 'nothing'}: ${JSON.stringify(answer?.body).slice(0, 500)}`);
  return answer.body;
}
