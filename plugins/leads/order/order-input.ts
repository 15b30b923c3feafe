import { CalendarDay, MoneyWire } from '@portico/kit';
import { z } from 'zod';
import { lineOfText } from '../line-of-text.ts';
import { placeKey } from '../lead/route-lead.ts';

const MOST = 1_000_000_000_000;
const amount = MoneyWire.refine((money) => money.amount <= MOST, 'leads.problem.amount');

/** Postal-code prefixes; none: everywhere. */
export const Places = z
  .array(lineOfText(20, 'leads.problem.place'))
  .max(200, 'leads.problem.too-many-places')
  .transform((places) => [...new Set(places.map(placeKey))].filter((place) => place !== ''));

/** Leads by number, or for an amount of money. */
const Total = z.discriminatedUnion(
  'counts',
  [
    z.object({ counts: z.literal('leads'), leads: z.int('leads.problem.number').min(1, 'leads.problem.number').max(10_000_000, 'leads.problem.number') }),
    z.object({ counts: z.literal('money'), budget: amount.refine((money) => money.amount > 0, 'leads.problem.amount') }),
  ],
  'leads.problem.counts',
);

/** A new order of an account's bill group. */
export const CreateOrder = z
  .object({
    accountId: z.uuid('leads.problem.account'),
    billGroupId: z.uuid('leads.problem.bill-group'),
    typeId: z.uuid('leads.problem.type-unknown'),
    price: amount.refine((money) => money.amount >= 0, 'leads.problem.amount'),
    startsOn: CalendarDay,
    endsOn: CalendarDay.nullish(),
    places: Places.default([]),
    acceptsReturns: z.boolean().default(true),
    renewal: z.boolean().default(false).meta({ description: 'When it is filled, or its last day is over, another one opens on the same terms' }),
    autoCharge: z
      .boolean()
      .default(false)
      .meta({ description: 'The next one is charged to the card on auto-pay, or its invoice sent, and opens when that is paid' }),
  })
  .and(Total);
export type CreateOrder = z.output<typeof CreateOrder>;

/** What can be changed of an order that is not closed. Price and what it counts stay: they are what was sold. */
export const ChangeOrder = z.object({
  leads: z.int('leads.problem.number').min(1, 'leads.problem.number').max(10_000_000, 'leads.problem.number').optional(),
  budget: amount.refine((money) => money.amount > 0, 'leads.problem.amount').optional(),
  endsOn: CalendarDay.nullable().optional(),
  places: Places.optional(),
  acceptsReturns: z.boolean().optional(),
  renewal: z.boolean().optional(),
  autoCharge: z.boolean().optional(),
});
export type ChangeOrder = z.output<typeof ChangeOrder>;

/** A payment that staff received outside the portal. */
export const RecordPayment = z.object({
  amount: amount.refine((money) => money.amount > 0, 'leads.problem.amount'),
  paidOn: CalendarDay,
  note: lineOfText(200).default('').meta({ description: 'The customer reads it' }),
});
export type RecordPayment = z.output<typeof RecordPayment>;

/** Why a recorded payment is taken back; shown beside it, to the customer as well. */
export const TakePaymentBack = z.object({ reason: lineOfText(200, 'leads.problem.reason-missing').meta({ description: 'The customer reads it' }) });
export type TakePaymentBack = z.output<typeof TakePaymentBack>;
