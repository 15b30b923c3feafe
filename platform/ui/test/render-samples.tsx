import { renderToString } from 'react-dom/server';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router-dom/server.js';
import { brandColours, brandStyle } from '../index.ts';
import { sampleRoutes } from './sample-routes.tsx';
import { SAMPLES } from './samples.tsx';

/** A sample page as the server would send it; with `script` the browser takes over. */
export async function renderSample(
  name: string,
  options: { readonly theme: 'light' | 'dark'; readonly brand: string; readonly script?: string },
): Promise<string> {
  const sample = SAMPLES[name];
  if (!sample) throw new Error(`no sample is called ${name}`);
  const handler = createStaticHandler(sampleRoutes(sample.View));
  const context = await handler.query(new Request(`http://sample.test${sample.at}`));
  if (context instanceof Response) throw new Error('a sample must not redirect');
  const body = renderToString(<StaticRouterProvider router={createStaticRouter(handler.dataRoutes, context)} context={context} hydrate={false} />);
  const script = options.script ? `<script type="module" src="${options.script}"></script>` : '';
  return `<!doctype html><html lang="en" data-theme="${options.theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${name} · Harborline</title><link rel="stylesheet" href="/styles.css"><style>${brandStyle(brandColours(options.brand))}</style></head><body><div id="root">${body}</div>${script}</body></html>`;
}
