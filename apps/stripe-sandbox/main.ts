/**
 * The Stripe sandbox: it answers the calls of the product as Stripe does, keeps what it answered, and misbehaves when told.
 * Environment: PORT (API, card element, page) and CONTROL_PORT, 0 for any free one; DATA_DIR, the folder of its journal.
 */
import { Faults } from './control/faults.ts';
import { listenForControl } from './control/listen.ts';
import { Store } from './store/store.ts';
import type { House } from './web/answer-call.ts';
import { listen } from './web/listen.ts';
import { pagesOf } from './web/pages.ts';
import { RateLimit } from './web/rate-limit.ts';
import { RequestLog } from './web/request-log.ts';
import { Courier } from './webhooks/courier.ts';

const folder = process.env.DATA_DIR;
if (!folder) throw new Error('DATA_DIR is not set.');
const house: House = { store: await Store.open(folder), log: new RequestLog(), faults: new Faults(), limits: new RateLimit() };
const courier = new Courier(house.store, house.faults);
const api = await listen(house, pagesOf(house), Number(process.env.PORT ?? 0));
const control = await listenForControl(house, Number(process.env.CONTROL_PORT ?? 0));
console.log(JSON.stringify({ portico: 'ready', port: api.port, control: control.port }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

async function stop(): Promise<void> {
  courier.close();
  for (const { server } of [api, control]) {
    server.close();
    server.closeAllConnections();
  }
  await house.store.close();
  process.exit(0);
}
