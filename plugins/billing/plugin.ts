import { definePlugin } from '@portico/kit';
import { z } from 'zod';

const seePlans = { action: 'read', subject: 'Plan' } as const;
const managePlans = { action: 'manage', subject: 'Plan' } as const;
const readInvoices = { action: 'read', subject: 'Invoice' } as const;
const manageInvoices = { action: 'manage', subject: 'Invoice' } as const;
const readPayments = { action: 'read', subject: 'Payment' } as const;
const managePayments = { action: 'manage', subject: 'Payment' } as const;
const readSubscriptions = { action: 'read', subject: 'Subscription' } as const;
const manageSubscriptions = { action: 'manage', subject: 'Subscription' } as const;

/** The terms of a business; each customer's own stand with its bill group. */
export const BillingSettings = z.object({
  /** Days from issue to the due date. */
  dueDays: z.int().min(0).max(365).default(14),
  /** What renewals issue is seen by the customer at once; otherwise staff mark it Sent. */
  sendAtIssue: z.boolean().default(true),
  /** Days after a soft decline on which the card is tried again (requirements 3.4). */
  retryDays: z
    .string()
    .regex(/^\d{1,3}(, ?\d{1,3}){0,9}$/, 'billing.problem.retry-days')
    .default('2, 7, 14, 21'),
  /** What happens when the last try failed. */
  lastRule: z.enum(['keep', 'pause', 'cancel']).default('keep'),
  cancel: z.enum(['at-once', 'period-end', 'on-request']).default('at-once'),
  /** Minutes in which a cancellation at once can be undone. */
  undoMinutes: z.int().min(0).max(10_080).default(10),
  customersTakeBack: z.boolean().default(false),
  /** Days that a pay link works. */
  payLinkDays: z.int().min(1).max(365).default(30),
  /** Of one customer, in one day, no more than so many charges are made by the clock: then it stops and says so. */
  chargesPerDay: z.int().min(1).max(1_000).default(10),
  /** Printed below the lines of every invoice. */
  invoiceNote: z.string().max(500).default(''),
});
export type BillingSettings = z.output<typeof BillingSettings>;

/** What is sold again and again, what is owed, and what was paid. */
export default definePlugin({
  id: 'billing',
  version: '1.0.0',
  contract: '^1.0',
  title: 'billing.title',
  about: 'billing.about',
  onByDefault: true,
  requires: { accounts: '^1.0' },
  settings: BillingSettings,
  subjects: {
    Plan: { columns: {}, actions: { read: 'tenant', manage: 'tenant' } },
    Subscription: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { read: 'account', cancel: 'account', manage: 'tenant' } },
    Invoice: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { read: 'account', pay: 'account', manage: 'tenant' } },
    Payment: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { read: 'account', manage: 'tenant' } },
    BillingTerms: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { read: 'account', change: 'account' } },
  },
  pages: [
    {
      area: 'console',
      path: 'plans',
      view: 'plan-list',
      title: 'billing.plans',
      may: seePlans,
      menu: { text: 'billing.plans', icon: 'tag', order: 50 },
    },
    { area: 'console', path: 'plans/new', view: 'plan-new', title: 'billing.plan-new', may: managePlans },
    { area: 'console', path: 'plans/:planId', view: 'plan', title: 'billing.plan', may: seePlans },
  ],
});
void [readInvoices, manageInvoices, readPayments, managePayments, readSubscriptions, manageSubscriptions];
