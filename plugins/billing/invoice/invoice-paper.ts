import { createHash } from 'node:crypto';
import { type Id, NotFound } from '@portico/kit';
import { fileAnswer, sql, type Ctx, type FileAnswer } from '@portico/kit/server';
import { logoOf } from '../paper/tagged-paper.ts';
import { drawInvoice } from './draw-invoice.ts';
import { readInvoice, type InvoiceView } from './invoice.queries.ts';

/**
 * The paper (PDF) of an issued invoice that the actor may see, to be saved. It is made when somebody first wants it, from
 * what was copied at issue, and kept: everybody gets the same bytes ever after (requirements 3.5). Throws NotFound for a draft.
 */
export async function invoicePaper(ctx: Ctx, invoiceId: Id): Promise<FileAnswer> {
  const invoice = await ctx.inTenant((tx) => readInvoice(tx, invoiceId));
  if (invoice.number === null) throw new NotFound();
  const bytes = (await keptPaper(ctx, invoiceId)) ?? (await keepPaper(ctx, invoice, await drawInvoice(ctx, invoice, await logoOf(ctx))));
  return fileAnswer({ name: `${ctx.text('billing.invoice.title', { number: invoice.number })}.pdf`, type: 'application/pdf', bytes });
}

async function keptPaper(ctx: Ctx, invoiceId: Id): Promise<Uint8Array | undefined> {
  const row = await ctx.inTenant((tx) =>
    tx.row<{ bytes: Buffer }>(sql`select bytes from billing.invoice_papers where tenant_id = ${ctx.tenant.id} and invoice_id = ${invoiceId}`),
  );
  return row?.bytes;
}

// Two who want it first at the same moment: one paper stands, and both get that one.
async function keepPaper(ctx: Ctx, { id }: InvoiceView, bytes: Buffer): Promise<Uint8Array> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await ctx.inTenant((tx) =>
    tx.run(sql`insert into billing.invoice_papers (id, invoice_id, bytes, sha256, made_at)
      values (${ctx.newId()}, ${id}, ${bytes}, ${sha256}, ${tx.ctx.clock.now()}::timestamptz) on conflict (tenant_id, invoice_id) do nothing`),
  );
  return (await keptPaper(ctx, id)) ?? bytes;
}
