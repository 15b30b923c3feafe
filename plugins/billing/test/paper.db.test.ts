import { inflateSync } from 'node:zlib';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoicePaper } from '../invoice/invoice-paper.ts';
import { WriteInvoice, writeInvoice } from '../invoice/write-invoice.ts';
import { actingAsOwner, anIssuedInvoice } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let owner: Ctx;
let customer: Awaited<ReturnType<typeof aCustomer>>;
beforeAll(async () => {
  const business = await portal.business('papers');
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Žofie Ñandú Roofing');
});

/** The structure and the fonts of a PDF are in its objects, some of them compressed. */
const insideOf = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('latin1');
  const streams = [...text.matchAll(/stream\r?\n/g)].map(({ index }) => {
    try {
      return inflateSync(Buffer.from(bytes).subarray(text.indexOf('\n', index) + 1)).toString('latin1');
    } catch {
      return '';
    }
  });
  return text + streams.join('\n');
};

describe('the paper of an issued invoice', () => {
  it('is made once: everybody gets the same bytes, whatever the customer is called by then (requirements 3.5)', async () => {
    const { invoiceId } = await anIssuedInvoice(owner, customer, 45_600);
    const first = await invoicePaper(owner, invoiceId);
    const second = await invoicePaper(owner, invoiceId);
    expect(Buffer.from(first.bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    const [kept] = await owner.inTenant((tx) =>
      tx.rows<{ sha256: string; hash: string }>(
        sql`select sha256, encode(sha256(bytes), 'hex') as hash from billing.invoice_papers where invoice_id = ${invoiceId}`,
      ),
    );
    expect(kept!.sha256).toBe(kept!.hash);
  });

  it('is tagged, in the language of the business, with a heading and a table', async () => {
    const { invoiceId } = await anIssuedInvoice(owner, customer, 45_600);
    const { bytes, name } = await invoicePaper(owner, invoiceId);
    const inside = insideOf(bytes);
    for (const part of ['/MarkInfo', '/Lang (en-US)', '/S /H1', '/S /Table', '/S /TH', 'pdfuaid']) expect(inside, part).toContain(part);
    expect(name).toMatch(/^Invoice \d+\.pdf$/);
  });

  it('is not there for a draft', async () => {
    const { accountId, billGroupId } = customer;
    const draft = await writeInvoice(
      owner,
      WriteInvoice.parse({ accountId, billGroupId, lines: [{ description: 'Work', quantity: 1, price: { amount: 100, currency: 'USD' } }] }),
    );
    await expect(invoicePaper(owner, draft)).rejects.toMatchObject({ code: 'portico.not-found' });
  });
});
