import { told } from '../api/amounts.ts';
import { render } from '../api/render.ts';
import type { Account } from '../store/account.ts';
import type { AnyRecord, Kind } from '../store/records.ts';
import type { House } from '../web/answer-call.ts';

const shownOfEach = 50;

/** All accounts, and the faults in force. */
export function accountsPage(house: House): string {
  const rows = [...house.store.accounts.values()].map((account) => [
    `<a href="/holdings/${encodeURIComponent(account.name)}">${escape(account.name)}</a>`,
    ...([account.customer, account.payment_intent, account.charge, account.refund, account.events] as const).map(({ size }) => String(size)),
  ]);
  const accounts = table(
    ['Account', 'Customers', 'Payments', 'Charges', 'Refunds', 'Events'],
    rows,
    'No account yet: one is made by the first call with its key, such as sk_test_anything.',
  );
  return page('Stripe sandbox', `<p>What stands in for Stripe on this machine. No money moves here.</p>${accounts}${faults(house)}`);
}

/** One account: the newest of each kind of object. */
export function accountPage(house: House, account: Account): string {
  const amount = ({ amount: of, currency }: { amount: number; currency: string }) => told(of, currency);
  const sections = [
    section('Customers', ['Name', 'E-mail', 'Default method'], account, 'customer', (row) => [row.name ?? '', row.email ?? '', row.defaultMethod ?? '']),
    section('Payment intents', ['Amount', 'Status', 'Customer', 'Why not'], account, 'payment_intent', (row) => [
      amount(row),
      row.status,
      row.customer ?? '',
      row.error?.message ?? '',
    ]),
    section('Setup intents', ['Status', 'Customer', 'Why not'], account, 'setup_intent', (row) => [row.status, row.customer ?? '', row.error?.message ?? '']),
    section('Charges', ['Amount', 'Status', 'Refunded', 'Card'], account, 'charge', (row) => [
      amount(row),
      row.status,
      row.refunded ? told(row.refunded, row.currency) : '',
      row.card,
    ]),
    section('Refunds', ['Amount', 'Status', 'Charge'], account, 'refund', (row) => [amount(row), row.status, row.charge]),
    section('Webhook endpoints', ['Address', 'Events', 'Status'], account, 'webhook_endpoint', (row) => [
      row.url,
      row.types.join(', '),
      row.enabled ? 'enabled' : 'disabled',
    ]),
  ];
  const clock = `<p>Its clock says ${instant(account.now())}${account.ahead ? `, ${account.ahead} s ahead` : ''}. Limits: ${account.limits.perSecond ?? 'no'} calls a second, ${account.limits.perEndpoint ?? 'no'} to each endpoint.</p>`;
  return page(account.name, `<p><a href="/">All accounts</a></p>${clock}${sections.join('')}${events(account)}${deliveries(account)}${faults(house)}`);
}

function section<K extends Kind>(
  title: string,
  heads: string[],
  account: Account,
  kind: K,
  cells: (row: Parameters<Account[K]['put']>[0]) => string[],
): string {
  const rows = [...(account[kind].newest() as Iterable<AnyRecord>)]
    .slice(0, shownOfEach)
    .map((row) => [
      `<details><summary>${escape(row.id)}</summary><pre>${escape(JSON.stringify(render(kind, row, account), null, 2))}</pre></details>`,
      ...cells(row as never).map(escape),
      instant(row.created),
    ]);
  return `<h2>${title} (${account[kind].size})</h2>${table(['', ...heads, 'Made'], rows, 'None.')}`;
}

function events(account: Account): string {
  const rows: string[][] = [];
  for (const event of account.events.newest())
    if (rows.push([escape(event.type), escape(event.about.id), escape(event.id), instant(event.created)]) === shownOfEach) break;
  return `<h2>Events (${account.events.size})</h2>${table(['Type', 'About', '', 'When'], rows, 'None.')}`;
}

function deliveries(account: Account): string {
  const rows: string[][] = [];
  for (const one of account.deliveries.newest()) {
    const event = account.events.get(one.event);
    const address = account.webhook_endpoint.get(one.endpoint)?.url ?? one.endpoint;
    rows.push([escape(event?.type ?? one.event), escape(address), one.state, String(one.attempts), one.status ? String(one.status) : '']);
    if (rows.length === shownOfEach) break;
  }
  return `<h2>Webhook deliveries</h2>${table(['Event', 'To', 'State', 'Attempts', 'Last answer'], rows, 'None.')}`;
}

function faults({ faults: all }: House): string {
  const inForce = all
    .list()
    .map((one) => [escape(one.do), escape(one.at), escape(JSON.stringify(one.match)), one.left === null ? 'until taken away' : `${one.left} times`]);
  const held = all.held().map((one) => [escape(one.what), escape(one.at), `since ${instant(Math.floor(one.since / 1000))}`]);
  return `<h2>Faults in force</h2>${table(['Does', 'When', 'To', 'How often'], inForce, 'None.')}${held.length ? `<h2>Held</h2>${table(['Call or delivery', 'When', 'Since'], held, '')}` : ''}`;
}

function table(heads: string[], rows: string[][], none: string): string {
  if (rows.length === 0) return `<p class="quiet">${none}</p>`;
  const line = (cells: string[], tag: 'th' | 'td'): string => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${line(heads, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><link rel="stylesheet" href="/assets/page.css"></head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}
