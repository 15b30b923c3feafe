import { noonOf } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { createTexts, TextProvider } from '@portico/ui';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import Dashboard from '../portal/dashboard.page.tsx';
import { load } from '../portal/dashboard.server.ts';
import { actingAsOwner, anActiveSubscription, anIssuedInvoice } from '../testing.ts';
import texts from '../translations/en.json' with { type: 'json' };

// Nobody goes anywhere: links are plain HTML, so that the page needs no router around it.
vi.mock('@remix-run/react', async (original) => ({
  ...(await original<object>()),
  Link: ({ children }: { readonly children?: ReactNode }) => <a href="/">{children}</a>,
  useLocation: () => ({ pathname: '/', search: '', hash: '', key: 'here', state: null }),
  useNavigation: () => ({ state: 'idle' }),
}));

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
beforeAll(async () => {
  business = await portal.business('dashboard');
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
});

/** The words of the page, as the customer reads them. */
async function words(): Promise<string> {
  const data = await load(await business.ctxOf(customer.admin.userId, 'billing'));
  const page = renderToString(
    <TextProvider i18n={createTexts('en-US', [texts])} zone={business.tenant.zone} now={owner.clock.now()}>
      <Dashboard data={data as never} />
    </TextProvider>,
  );
  return page
    .replaceAll(/<!-- -->/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe("the customer's dashboard (S8, R-2.5 to R-2.7)", () => {
  it('says "Past Due" from the end of the due day on, and not before; and what is billed next, how often, and whether by itself', async () => {
    await anActiveSubscription(owner, customer, { amount: 4_900 });
    const { invoiceId } = await anIssuedInvoice(owner, customer, 12_000);
    await anIssuedInvoice(owner, customer, 99_000, 'USD', false);
    const { due, renewal } = (await owner.inTenant((tx) =>
      tx.row<{ due: string; renewal: string }>(sql`select due_on as due, (select renews_on from billing.subscriptions limit 1) as renewal
        from billing.invoices where id = ${invoiceId}`),
    ))!;
    const before = await words();
    expect(before).toContain('$120.00');
    expect(before).not.toContain('Past Due');
    expect(before).not.toContain('990');
    expect(before).toMatch(/Next billing date .*\d{4}/);
    expect(before).toContain(new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${renewal}T12:00:00Z`)));
    expect(before).toMatch(/Every month|month/i);
    expect(before).toMatch(/Auto-pay Off/);
    const msToDue = Date.parse(noonOf(due, business.tenant.zone)) - Date.parse(owner.clock.now());
    await business.advance(`PT${Math.floor(msToDue / 1_000)}S`);
    expect(await words(), 'on its due day').not.toContain('Past Due');
    await business.advance('P1D');
    expect(await words(), 'the day after').toMatch(/Past Due \$120\.00/);
  });
});
