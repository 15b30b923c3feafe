import { Writable } from 'node:stream';
import type { AppLoadContext, EntryContext } from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { renderToPipeableStream } from 'react-dom/server';
import { everyPart } from './generated/every-part.ts';
import { NonceContext } from './nonce.ts';
import { takeParts } from './plugin-parts.ts';

for (const [plugin, parts] of Object.entries(everyPart)) takeParts(plugin, parts);

/** Single fetch keeps a timer of this length for each request. Our data is whole when it is handed over. */
export const streamTimeout = 1_000;
const RENDER_MS = 5_000;

/** Renders a page in one shot: the first byte leaves when all of it is there, so that a failing part has been replaced. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const { nonce } = context.portico;
  const page = (
    <NonceContext.Provider value={nonce}>
      <RemixServer context={remixContext} url={request.url} nonce={nonce} />
    </NonceContext.Provider>
  );
  return new Promise((resolve, reject) => {
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      onAllReady() {
        clearTimeout(timer); // else every request's render is kept until it fires (stack.md, trap 5)
        headers.set('Content-Type', 'text/html; charset=utf-8');
        pipe(collected((html) => resolve(new Response(html, { headers, status }))));
      },
      onShellError(error) {
        clearTimeout(timer);
        reject(error);
      },
      // Behind a wall: the part is replaced on the page, and counted.
      onError: (error) =>
        context.portico.visit.core.log.error('a part failed while it was drawn', {
          trace: context.portico.visit.requestId,
          because: error instanceof Error ? error.stack : String(error),
        }),
    });
    const timer = setTimeout(abort, RENDER_MS);
  });
}

// One piece instead of hundreds: each would be a write of its own on the wire.
function collected(whole: (html: Buffer<ArrayBuffer>) => void): Writable {
  const chunks: Buffer[] = [];
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    final(done) {
      whole(Buffer.concat(chunks));
      done();
    },
  });
}

/** Errors of loaders that nobody foresaw. What the host answers has been logged there. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }): void {
  if (request.signal.aborted) return;
  const { visit } = context.portico;
  visit.core.log.error('a page failed', { trace: visit.requestId, because: error instanceof Error ? error.stack : JSON.stringify(error) });
}
