import { CalendarDay, MoneyWire } from '@portico/kit';
import { lineOfText } from '@portico/kit/server';
import { z } from 'zod';
import { ChargeAmount } from '../plan/plan-input.ts';

/** An invoice with what the person was shown as open. */
const SeenInvoice = z.object({ invoiceId: z.uuid('billing.problem.invoice'), amount: MoneyWire });

/** With what a person pays: a card that is kept, or one that was typed into the gateway's own fields just now. */
export const PayWith = z.union([
  z.object({ methodId: z.uuid('billing.problem.method') }),
  z.object({ card: z.string().min(1).max(200), keep: z.boolean().default(false) }),
]);

/** A person pays chosen invoices of one bill group, or all that they owe. */
export const PayInvoices = z.object({
  invoices: z.array(SeenInvoice).min(1).max(100),
  /** These are all that is owed: what was sent meanwhile is shown first, and nothing is charged (S8). */
  whole: z.boolean().default(false),
  with: PayWith,
  /** From now on the card is charged without asking, once this payment has come in; one that is typed in is kept for that. */
  autoPay: z.boolean().default(false),
});
export type PayInvoices = z.output<typeof PayInvoices>;

/** Money that staff received by another road. What no invoice needs becomes credit. */
export const RecordPayment = z.object({
  billGroupId: z.uuid('billing.problem.bill-group'),
  amount: ChargeAmount.refine((money) => money.amount > 0, 'portico.problem.amount'),
  road: z.enum(['transfer', 'cash', 'check', 'other'], 'portico.problem.choice'),
  receivedOn: CalendarDay,
  note: lineOfText(200).default('').meta({ description: 'The customer reads it' }),
  invoiceIds: z.array(z.uuid('billing.problem.invoice')).max(100).default([]),
});
export type RecordPayment = z.output<typeof RecordPayment>;
