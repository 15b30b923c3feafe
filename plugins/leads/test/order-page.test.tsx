import type { ComponentProps, ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { createTexts, TextProvider } from '@portico/ui';
import ConsoleOrder from '../console/order.page.tsx';
import PortalOrder from '../portal/order.page.tsx';
import texts from '../translations/en.json' with { type: 'json' };

type Data = ComponentProps<typeof ConsoleOrder>['data'];
const money = (amount: number) => ({ amount, currency: 'USD' });
const order: Data['order'] = {
  id: '0190a5b0-0000-7000-8000-000000000001',
  number: 12,
  accountId: '0190a5b0-0000-7000-8000-000000000002',
  account: 'Brightside',
  billGroup: 'Main',
  typeId: '0190a5b0-0000-7000-8000-000000000003',
  type: 'Roofing',
  startsOn: '2026-01-01',
  endsOn: null,
  state: 'open',
  filled: false,
  upcoming: false,
  renewal: false,
  autoCharge: false,
  ofPlan: false,
  renewalAttention: null,
  renewalInvoice: null,
  nextOrder: null,
  renewalPrice: money(12_500),
  acceptsReturns: true,
  places: [],
  counts: 'leads',
  total: 5,
  received: 1,
  remaining: 4,
  leadsReceived: 1,
  price: money(2_500),
  cost: money(2_500),
  paid: money(2_500),
};
const payment: Data['payments'][number] = {
  id: '0190a5b0-0000-7000-8000-000000000004',
  amount: money(2_500),
  paidOn: '2026-01-02',
  note: 'Cheque 7, late again',
  recordedAt: '2026-01-02T12:00:00.000Z',
  reverses: null,
  isTakenBack: false,
};
const pages: Data['pages'] = { total: 1, nextCursor: null, previousCursor: null };
const data: Data = { order, payments: [payment], pages, paymentId: '0190a5b0-0000-7000-8000-000000000005', today: '2026-01-03', totalText: '5' };

// Nobody goes anywhere: forms and links are plain HTML, so that the page needs no router around it.
vi.mock('@remix-run/react', async (original) => ({
  ...(await original<object>()),
  Form: ({ children }: { readonly children?: ReactNode }) => <form>{children}</form>,
  Link: ({ children }: { readonly children?: ReactNode }) => <a href="/">{children}</a>,
  useLocation: () => ({ pathname: '/', search: '', hash: '', key: 'here', state: null }),
  useNavigation: () => ({ state: 'idle' }),
}));

/** The markup of a page, in the words of this plugin. */
const htmlOf = (page: ReactNode): string =>
  renderToString(
    <TextProvider i18n={createTexts('en-US', [texts])} zone="America/Los_Angeles" now="2026-01-03T12:00:00.000Z">
      {page}
    </TextProvider>,
  );

/** What a screen reader says after the name of a field. */
function describedBy(html: string, field: string): string | undefined {
  const input = new RegExp(`<input[^>]*name="${field}"[^>]*>`).exec(html)?.[0] ?? '';
  const id = /aria-describedby="([^" ]+)/.exec(input)?.[1] ?? 'none';
  return new RegExp(`id="${id}"[^>]*>([^<]+)<`).exec(html)?.[1];
}

it('what staff write beside a payment, and why they take it back, is read by the customer: both fields say so', () => {
  expect(htmlOf(<PortalOrder data={data} />)).toContain(payment.note);
  const html = htmlOf(<ConsoleOrder data={data} />);
  expect([describedBy(html, 'note'), describedBy(html, 'reason')]).toEqual(['The customer reads this.', 'The customer reads this.']);
});

it('an order with more payments than one page says how many there are in all, and leads to the next of them', () => {
  const html = htmlOf(<ConsoleOrder data={{ ...data, pages: { total: 1_234, nextCursor: 'further', previousCursor: null } }} />);
  expect(html).toContain('1 of 1,234');
  expect(html).toMatch(/<a[^>]*>Next<\/a>/);
  expect(htmlOf(<ConsoleOrder data={data} />)).not.toContain('1 of 1');
});

it('offers renewal for an order of its own, and not for one of a plan, which renews with its plan (R-1.57)', () => {
  const fieldsOf = (ofPlan: boolean) => htmlOf(<ConsoleOrder data={{ ...data, order: { ...order, ofPlan } }} />).match(/name="(renewal|autoCharge)"/g) ?? [];
  expect(fieldsOf(false)).toHaveLength(2);
  expect(fieldsOf(true)).toEqual([]);
});
