import { existsSync, readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Request, RequestHandler, Response } from 'express';
import { LIVE_RELOAD_SCRIPT } from './app/live-reload-script.ts';

const STREAM = '/portico/live-reload';
/** A browser asks again this soon after the web process has gone away. */
const AGAIN_MS = 300;
const RUNNING = `${process.pid}-${performance.timeOrigin}`;

// The first thing a stream tells is which process answers. Another one than before has been built anew: the page is loaded
// again, by then ready. Nothing else can be missed, however often web is started while nobody listens.
const SCRIPT = `const stream = new EventSource('${STREAM}');
let running;
stream.addEventListener('running', ({ data }) => {
  if (running && running !== data) location.reload();
  running = data;
});
stream.addEventListener('trouble', ({ data }) => {
  document.getElementById('live-reload-trouble')?.remove();
  const text = JSON.parse(data);
  if (text === '') return;
  const shown = document.createElement('pre');
  shown.id = 'live-reload-trouble';
  shown.setAttribute('role', 'alert');
  shown.textContent = text;
  shown.style.cssText = 'position:fixed;inset:auto 0 0 0;z-index:99;margin:0;padding:1rem;max-height:60vh;overflow:auto;white-space:pre-wrap;background:#3b0d0d;color:#fff;font-size:13px';
  document.body.append(shown);
});
`;

/**
 * Part of `npm run dev` alone, where the starter sets PORTICO_LIVE_RELOAD to the file that it writes its builds' trouble to:
 * a script that every page loads, and the stream that it listens to. Both are of the page's own origin, so the content
 * security policy is that of production.
 */
export function liveReload(troubleFile: string): RequestHandler {
  const open = new Set<Response>();
  const tell = (response: Response): void => void response.write(event('trouble', JSON.stringify(troubleIn(troubleFile))));
  watchFile(troubleFile, { interval: AGAIN_MS }, () => open.forEach(tell));
  process.once('SIGTERM', () => {
    unwatchFile(troubleFile);
    for (const response of open) response.end();
  });
  return (request, response, next) => {
    if (request.path === LIVE_RELOAD_SCRIPT) return void response.type('text/javascript').set('Cache-Control', 'no-store').send(SCRIPT);
    if (request.path !== STREAM) return next();
    listen(request, response, open);
    tell(response);
  };
}

function listen(request: Request, response: Response, open: Set<Response>): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(`retry: ${AGAIN_MS}\n${event('running', RUNNING)}`);
  open.add(response);
  request.once('close', () => open.delete(response));
}

const event = (name: string, line: string): string => `event: ${name}\ndata: ${line}\n\n`;

const troubleIn = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
