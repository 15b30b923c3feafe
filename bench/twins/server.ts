/**
 * The twins: what the jobs would be in plain Express and pg, by someone who has one business in mind and knows what is
 * fast. The same statements, without row-level security, audit of rights, host table, or anything that plugins could add.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import type { TwinConfig } from './config.ts';
import { ingestTwin } from './ingest-twin.ts';
import { listTwin } from './list-twin.ts';
import { pageTwin } from './page-twin.ts';

const config = JSON.parse(readFileSync(process.env.TWIN_CONFIG!, 'utf8')) as TwinConfig;
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = express();
app.disable('x-powered-by').set('etag', false);
app.post('/api/v1/leads', express.json(), ingestTwin(pool, config));
app.get('/api/v1/leads', listTwin(pool, config));
app.get('/leads', pageTwin(pool, config));

const server = createServer(app);
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ portico: 'ready', port: (server.address() as AddressInfo).port })));
process.once('SIGTERM', () => process.exit(0));
