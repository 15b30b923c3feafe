import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AddressInfo } from 'node:net';
import type { ServerBuild } from '@remix-run/node';
import { createHost, openCore } from '@portico/core';
import { pagesOf } from '../../pages.ts';
import manifest from './plugin.ts';
import server from './server.ts';

// A web process with the probe as its only plugin. `argv`: the folder of the built web app.
const built = process.argv[2]!;
const dir = import.meta.dirname;
const texts = JSON.parse(readFileSync(path.join(dir, 'translations/en.json'), 'utf8')) as Record<string, string>;
const probe = { id: manifest.id, packageName: 'plugin-probe', dir, manifest, server, texts };
const core = await openCore({ plugins: [], loaded: [probe], processName: 'probe' });
const pages = pagesOf((await import(pathToFileURL(path.join(built, 'server/index.js')).href)) as ServerBuild);
const web = createServer(createHost(core, { pages, assetsDir: path.join(built, 'client/assets') }));
web.listen(0, '127.0.0.1', () => console.info(JSON.stringify({ port: (web.address() as AddressInfo).port })));
