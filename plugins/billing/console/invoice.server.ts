import { dayOf } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { amountIn, intentOf, lineOfText, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { CreditInvoice, creditInvoice } from '../invoice/credit-invoice.ts';
import { followCollection } from '../collection/collection.queries.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { historyOfInvoice } from '../invoice/invoice-history.queries.ts';
import { creditsOfInvoice, paymentsOfInvoice, readInvoice } from '../invoice/invoice.queries.ts';
import { plannedChargeOf } from '../renewal/charge-what-was-sent.ts';
import { sendPayLink } from '../invoice/pay-link.ts';
import { sendInvoice } from '../invoice/send-invoice.ts';
import { voidInvoice } from '../invoice/void-invoice.ts';
import { WriteOffInvoice, writeOffInvoice } from '../invoice/write-off-invoice.ts';
import { giveUpForCustomer, liveAttemptOf } from '../payment/give-up-for-customer.ts';
import { RecordPayment } from '../payment/pay-input.ts';
import { recordPayment } from '../payment/record-payment.ts';

/** One invoice as staff see it. */
export async function load(ctx: Ctx, request: PageRequest) {
  const read = await ctx.inTenant(async (tx) => {
    const invoice = await readInvoice(tx, request.params['invoiceId']!);
    return {
      invoice,
      payments: await paymentsOfInvoice(tx, invoice),
      credits: await creditsOfInvoice(tx, invoice),
      history: await historyOfInvoice(tx, invoice),
      planned: await plannedChargeOf(tx, invoice.id),
      waitsForCustomer: (await liveAttemptOf(tx, invoice.id))?.state === 'needs-customer',
      // the form that is shown records one payment, or writes one credit note, however often it is sent
      paymentId: ctx.newId(),
      noteId: ctx.newId(),
      today: dayOf(ctx.clock.now(), ctx.tenant.zone),
    };
  });
  return { ...read, followed: await followCollection(ctx, read.invoice.id) };
}

/** Issue, mark Sent, make void, record a payment, credit, write off. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const invoiceId = request.params['invoiceId']!;
  const work = intentOf<() => Promise<Submitted>>(form, {
    issue: () => issue(ctx, invoiceId, false),
    'issue-and-send': () => issue(ctx, invoiceId, true),
    send: async () => {
      await sendInvoice(ctx, invoiceId);
      return { ok: true, say: 'billing.invoice.say-sent' };
    },
    'give-up': async () => ({ ok: true, say: `billing.payment.say-${await giveUpForCustomer(ctx, invoiceId)}` }),
    'pay-link': () => payLink(ctx, invoiceId),
    void: () => makeVoid(ctx, invoiceId, form),
    record: () => record(ctx, invoiceId, form),
    credit: () => credit(ctx, invoiceId, form),
    'write-off': () => writeOff(ctx, invoiceId, form),
  });
  return work();
}

async function issue(ctx: Ctx, invoiceId: string, send: boolean): Promise<Submitted> {
  await issueInvoice(ctx, invoiceId, { send });
  return { ok: true, say: send ? 'billing.invoice.say-issued-and-sent' : 'billing.invoice.say-issued' };
}

async function payLink(ctx: Ctx, invoiceId: string): Promise<Submitted> {
  const { people, url } = await sendPayLink(ctx, invoiceId);
  return { ok: true, say: people > 0 ? 'billing.pay-link.say-sent' : 'billing.pay-link.say-nobody', values: { count: people }, copy: url };
}

async function makeVoid(ctx: Ctx, invoiceId: string, form: FormData): Promise<Submitted> {
  const { number } = await ctx.inTenant((tx) => readInvoice(tx, invoiceId));
  const { reason } = z
    .object({ reason: lineOfText(200, number === null ? undefined : 'portico.problem.required') })
    .parse({ reason: textIn(form, 'reason') ?? '' });
  await voidInvoice(ctx, invoiceId, reason);
  // a draft is gone with it
  return number === null
    ? { ok: true, say: 'billing.invoice.say-thrown-away', go: '/console/billing/invoices' }
    : { ok: true, say: 'billing.invoice.say-void' };
}

async function record(ctx: Ctx, invoiceId: string, form: FormData): Promise<Submitted> {
  const { billGroupId, total } = await ctx.inTenant((tx) => readInvoice(tx, invoiceId));
  const input = RecordPayment.parse({
    billGroupId,
    amount: amountIn(form, 'amount', total.currency),
    road: textIn(form, 'road'),
    receivedOn: textIn(form, 'receivedOn') ?? '',
    note: textIn(form, 'note') ?? '',
    invoiceIds: [invoiceId],
  });
  await recordPayment(ctx, input, z.uuid().optional().parse(textIn(form, 'paymentId')));
  return { ok: true, say: 'billing.payment.say-recorded' };
}

async function credit(ctx: Ctx, invoiceId: string, form: FormData): Promise<Submitted> {
  const { total } = await ctx.inTenant((tx) => readInvoice(tx, invoiceId));
  const input = CreditInvoice.parse({ amount: amountIn(form, 'amount', total.currency), reason: textIn(form, 'reason') ?? '' });
  await creditInvoice(ctx, invoiceId, input, z.uuid().optional().parse(textIn(form, 'noteId')));
  return { ok: true, say: 'billing.credit.say-written' };
}

async function writeOff(ctx: Ctx, invoiceId: string, form: FormData): Promise<Submitted> {
  const { reason } = WriteOffInvoice.parse({ reason: textIn(form, 'reason') ?? '' });
  await writeOffInvoice(ctx, invoiceId, reason);
  return { ok: true, say: 'billing.write-off.say-done' };
}
