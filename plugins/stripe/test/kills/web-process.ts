/** A web process without pages, to be killed while it takes a webhook. `argv`: its port, 0 for any. Says its port when it listens. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHost, openCore, readConfig } from '@portico/core';

const core = await openCore({ config: readConfig(process.env), processName: 'web' });
const web = createServer(createHost(core, { pages: (_request, response) => void response.status(404).end() }));
web.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: (web.address() as AddressInfo).port })}\n`));
