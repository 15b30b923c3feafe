import type { PageRequest } from '@portico/kit/page';
import { addressQuery, intentOf, lineOfText, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { PickedInvoices, recordInvoicesPaid, sendInvoices, sendPayLinks, voidInvoices, type DoneWithInvoices } from '../invoice/act-on-invoices.ts';
import { ListAllInvoices, listAllInvoices } from '../invoice/invoice.queries.ts';
import { customerNamed } from '../ledger/customer-named.queries.ts';

/** All invoices, those too that the customer does not see yet. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListAllInvoices, request.query);
  const isNarrowed = Boolean(query.status || query.number || query.accountId || query.from || query.to);
  return ctx.inTenant(async (tx) => ({
    ...(await listAllInvoices(tx, query)),
    isNarrowed,
    of: await customerNamed(tx, query.accountId),
    // the form that is shown records each payment once, however often it is sent
    formId: ctx.newId(),
  }));
}

const Picked = z.object({ ids: PickedInvoices });

/** Does one thing with all that are picked: mark Sent, send the pay link, record as paid, make void. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const picked = () => Picked.parse({ ids: form.getAll('ids') }).ids;
  const work = intentOf<() => Promise<Submitted>>(form, {
    send: async () => said(ctx, 'billing.invoices.say-sent', await sendInvoices(ctx, picked())),
    'pay-link': async () => said(ctx, 'billing.invoices.say-asked', await sendPayLinks(ctx, picked())),
    record: async () => {
      const { formId } = z.object({ formId: z.uuid() }).parse({ formId: textIn(form, 'formId') });
      return said(ctx, 'billing.invoices.say-recorded', await recordInvoicesPaid(ctx, picked(), formId));
    },
    void: async () => {
      const { reason } = z.object({ reason: lineOfText(200, 'portico.problem.required') }).parse({ reason: textIn(form, 'reason') ?? '' });
      return said(ctx, 'billing.invoices.say-void', await voidInvoices(ctx, picked(), reason));
    },
  });
  return work();
}

/** So many refusals are told in full; of the others, how many. */
const TOLD = 3;

function said(ctx: Ctx, key: string, { done, refused }: DoneWithInvoices): Submitted {
  if (refused.length === 0) return { ok: true, say: key, values: { count: done } };
  const sentences = [
    ...(done > 0 ? [ctx.text(key, { count: done })] : []),
    ...refused.slice(0, TOLD),
    ...(refused.length > TOLD ? [ctx.text('billing.invoices.say-more-refused', { count: refused.length - TOLD })] : []),
  ];
  return { ok: false, fields: {}, say: sentences.join(' ') };
}
