import Stripe from 'stripe';
import { Agent, type Dispatcher } from 'undici';

// For all businesses together: those whose calls hang, forty each at most, leave room for the others.
const MOST_CONNECTIONS = 1_000;
const TIMEOUTS: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * Carries the calls of Stripe's library over undici: connections are kept and shared by all businesses. The library's own
 * client does the same over `node:http`, for half as much CPU again on each call.
 * @param connectMs milliseconds until a connection that does not come about is given up
 */
export const openHttpClient = (connectMs: number): Stripe.HttpClient =>
  new UndiciClient(new Agent({ connections: MOST_CONNECTIONS, pipelining: 1, connect: { timeout: connectMs } }));

class UndiciClient extends Stripe.HttpClient {
  constructor(private readonly agent: Agent) {
    super();
  }

  override getClientName(): string {
    return 'undici';
  }

  override async makeRequest(...[host, port, path, method, headers, body, protocol, timeout]: Parameters<Stripe.HttpClient['makeRequest']>): Promise<Answer> {
    try {
      const times = { headersTimeout: timeout, bodyTimeout: timeout };
      return new Answer(
        await this.agent.request({
          ...times,
          origin: `${protocol}://${host}:${port}`,
          path,
          method: method as 'POST',
          headers: headers as never,
          body: body || null,
        }),
      );
    } catch (error) {
      throw asKnown(error);
    }
  }
}

class Answer extends Stripe.HttpClientResponse {
  constructor(private readonly answer: Dispatcher.ResponseData) {
    super(answer.statusCode, answer.headers as never);
  }

  override getRawResponse(): Dispatcher.ResponseData {
    return this.answer;
  }

  override toStream(done: () => void): Dispatcher.ResponseData['body'] {
    this.answer.body.once('end', done);
    return this.answer.body;
  }

  override async toJSON(): Promise<unknown> {
    let text: string;
    try {
      text = await this.answer.body.text();
    } catch (error) {
      throw Stripe.HttpClient.makeResponseBodyError(asKnown(error));
    }
    return this._parseResponseBody(text);
  }
}

/** The words that the library knows: time is over, or the other side has closed a connection that was kept. */
function asKnown(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (TIMEOUTS.has(code)) return Stripe.HttpClient.makeTimeoutError();
  return code === 'UND_ERR_SOCKET' ? Object.assign(new Error(String((error as Error).message), { cause: error }), { code: 'ECONNRESET' }) : error;
}
