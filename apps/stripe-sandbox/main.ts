/**
 * The Stripe sandbox: it answers the calls of the product as Stripe does, keeps what it answered, and misbehaves when told.
 * Environment: PORT (API, card element, page) and CONTROL_PORT, 0 for any free one; SANDBOX_DIR, the folder of its journal.
 */
import { Faults } from './control/faults.ts';
import { Store } from './store/store.ts';
import type { House } from './web/answer-call.ts';
import { listen } from './web/listen.ts';
import { RateLimit } from './web/rate-limit.ts';
import { RequestLog } from './web/request-log.ts';

const folder = process.env.SANDBOX_DIR;
if (!folder) throw new Error('SANDBOX_DIR is not set.');
const house: House = { store: await Store.open(folder), log: new RequestLog(), faults: new Faults(), limits: new RateLimit() };
const api = await listen(house, async () => undefined, Number(process.env.PORT ?? 0));
console.log(JSON.stringify({ portico: 'ready', port: api.port }));
