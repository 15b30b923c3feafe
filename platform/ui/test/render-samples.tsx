import { renderToString } from 'react-dom/server';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router-dom/server.js';
import { brandColours, brandStyle, createTexts, TextProvider } from '../index.ts';
import { NOW, SAMPLES } from './samples.tsx';

/** One language for all samples. */
export const texts = createTexts('en-GB');

/** A sample page as the server would send it. */
export async function renderSample(name: string, options: { readonly theme: 'light' | 'dark'; readonly brand: string; readonly script?: string }): Promise<string> {
  const sample = SAMPLES[name];
  if (!sample) throw new Error(`no sample is called ${name}`);
  const View = sample.View;
  const routes = [{ path: '*', element: <TextProvider i18n={texts} zone="America/Los_Angeles" now={NOW}><View /></TextProvider> }];
  const handler = createStaticHandler(routes);
  const context = await handler.query(new Request(`http://sample.test${sample.at}`));
  if (context instanceof Response) throw new Error('a sample must not redirect');
  const body = renderToString(<StaticRouterProvider router={createStaticRouter(handler.dataRoutes, context)} context={context} hydrate={false} />);
  const script = options.script ? `<script type="module" src="${options.script}"></script>` : '';
  return `<!doctype html><html lang="en" data-theme="${options.theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${name} · Harborline</title><link rel="stylesheet" href="/styles.css"><style>${brandStyle(brandColours(options.brand))}</style></head><body><div id="root">${body}</div>${script}</body></html>`;
}
