import { definePlugin, MailLink } from '@portico/kit';
import { customerParts } from '@portico/plugin-accounts/api';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { cancellation } from '@portico/workflows/cancellation';
import { collection } from '@portico/workflows/collection';
import { refundFollowUp } from '@portico/workflows/refund-follow-up';
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
  dueDays: z.int().min(0).max(365).default(14).meta({ title: 'billing.setting.due-days', description: 'billing.setting.due-days-hint' }),
  /** What renewals issue is seen by the customer at once; otherwise staff mark it Sent. */
  sendAtIssue: z.boolean().default(true).meta({ title: 'billing.setting.send-at-issue', description: 'billing.setting.send-at-issue-hint' }),
  /** Days after a soft decline on which the card is tried again (requirements 3.4). */
  retryDays: z
    .string()
    .regex(/^\d{1,3}(, ?\d{1,3}){0,9}$/, 'billing.problem.retry-days')
    .default('2, 7, 14, 21')
    .meta({ title: 'billing.setting.retry-days', description: 'billing.setting.retry-days-hint' }),
  /** What happens when the last try failed. */
  lastRule: z.enum(['keep', 'pause', 'cancel']).default('keep').meta({ title: 'billing.setting.last-rule', description: 'billing.setting.last-rule-hint' }),
  cancel: z
    .enum(['at-once', 'period-end', 'on-request'])
    .default('at-once')
    .meta({ title: 'billing.setting.cancel', description: 'billing.setting.cancel-hint' }),
  /** Minutes in which a cancellation at once can be undone. */
  undoMinutes: z.int().min(0).max(10_080).default(10).meta({ title: 'billing.setting.undo-minutes', description: 'billing.setting.undo-minutes-hint' }),
  customersTakeBack: z.boolean().default(false).meta({ title: 'billing.setting.customers-take-back', description: 'billing.setting.customers-take-back-hint' }),
  /** Days that a pay link works. */
  payLinkDays: z.int().min(1).max(365).default(30).meta({ title: 'billing.setting.pay-link-days', description: 'billing.setting.pay-link-days-hint' }),
  /** Of one customer, in one day, no more than so many charges are made by the clock: then it stops and says so. */
  chargesPerDay: z.int().min(1).max(1_000).default(31).meta({ title: 'billing.setting.charges-per-day', description: 'billing.setting.charges-per-day-hint' }),
  /** Printed below the lines of every invoice. */
  invoiceNote: z.string().max(500).default('').meta({ title: 'billing.setting.invoice-note', description: 'billing.setting.invoice-note-hint' }),
});
export type BillingSettings = z.output<typeof BillingSettings>;

/** An invoice that could not be charged, why in plain words, and what happens next. */
const UnpaidInvoice = z.object({ invoiceId: z.uuid(), invoiceNumber: z.int(), amount: z.string(), because: z.string(), next: z.string() });

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
    { area: 'public', path: 'pay/:token', view: 'pay', title: 'billing.pay', ownDocument: true },
    {
      area: 'portal',
      path: '',
      view: 'dashboard',
      title: 'billing.dashboard',
      may: readInvoices,
      menu: { text: 'billing.dashboard', icon: 'home', order: 48 },
    },
    {
      area: 'portal',
      path: 'subscriptions',
      view: 'subscription-list',
      title: 'billing.subscriptions',
      may: readSubscriptions,
      menu: { text: 'billing.subscriptions', icon: 'tag', order: 50 },
    },
    {
      area: 'portal',
      path: 'subscriptions/:subscriptionId/cancel',
      view: 'cancel',
      title: 'billing.cancel',
      may: { action: 'cancel', subject: 'Subscription' },
    },
    { area: 'portal', path: 'subscriptions/:subscriptionId', view: 'subscription', title: 'billing.plan-details', may: readSubscriptions },
    {
      area: 'portal',
      path: 'invoices',
      view: 'invoice-list',
      title: 'billing.invoices',
      may: readInvoices,
      menu: { text: 'billing.invoices', icon: 'bill', order: 51 },
    },
    { area: 'portal', path: 'pay', view: 'pay', title: 'billing.pay', may: { action: 'pay', subject: 'Invoice' }, ownDocument: true },
    { area: 'portal', path: 'invoices/:invoiceId', view: 'invoice', title: 'billing.invoice', may: readInvoices },
    {
      area: 'portal',
      path: 'payments',
      view: 'payment-list',
      title: 'billing.payments-made',
      may: readPayments,
      menu: { text: 'billing.payments-made', icon: 'check', order: 52 },
    },
    {
      area: 'portal',
      path: 'statement',
      view: 'statement',
      title: 'billing.statement',
      may: readPayments,
      menu: { text: 'billing.statement', icon: 'file', order: 53 },
    },
    {
      area: 'portal',
      path: 'billing-info',
      view: 'billing-info',
      title: 'billing.billing-info',
      may: { action: 'change', subject: 'BillingTerms' },
      menu: { text: 'billing.billing-info', icon: 'bill', order: 54 },
      ownDocument: true,
    },
    { area: 'console', path: 'plans', view: 'plan-list', title: 'billing.plans', may: seePlans, menu: { text: 'billing.plans', icon: 'tag', order: 50 } },
    { area: 'console', path: 'plans/new', view: 'plan-new', title: 'billing.plan-new', may: managePlans },
    { area: 'console', path: 'plans/:planId', view: 'plan', title: 'billing.plan', may: seePlans },
    {
      area: 'console',
      path: 'subscriptions',
      view: 'subscription-list',
      title: 'billing.subscriptions',
      may: manageSubscriptions,
      menu: { text: 'billing.subscriptions', icon: 'clock', order: 51 },
    },
    { area: 'console', path: 'subscriptions/new', view: 'subscription-new', title: 'billing.subscription-new', may: manageSubscriptions },
    { area: 'console', path: 'subscriptions/:subscriptionId/cancel', view: 'cancel', title: 'billing.cancel', may: manageSubscriptions },
    { area: 'console', path: 'subscriptions/:subscriptionId', view: 'subscription', title: 'billing.subscription', may: manageSubscriptions },
    {
      area: 'console',
      path: 'invoices',
      view: 'invoice-list',
      title: 'billing.invoices',
      may: manageInvoices,
      menu: { text: 'billing.invoices', icon: 'bill', order: 52 },
    },
    { area: 'console', path: 'invoices/new', view: 'invoice-new', title: 'billing.invoice-new', may: manageInvoices },
    { area: 'console', path: 'invoices/:invoiceId', view: 'invoice', title: 'billing.invoice', may: manageInvoices },
    {
      area: 'console',
      path: 'payments',
      view: 'payment-list',
      title: 'billing.payments',
      may: managePayments,
      menu: { text: 'billing.payments', icon: 'check', order: 53 },
    },
    { area: 'console', path: 'statement', view: 'statement', title: 'billing.statement', may: managePayments },
    { area: 'console', path: 'payments/comparison', view: 'book-comparison', title: 'billing.comparison', may: managePayments },
    {
      area: 'console',
      path: 'failed-charges',
      view: 'failed-charge-list',
      title: 'billing.failed-charges',
      may: managePayments,
      menu: { text: 'billing.failed-charges', icon: 'card', order: 54 },
    },
    {
      area: 'console',
      path: 'renewals',
      view: 'renewal-list',
      title: 'billing.renewals',
      may: managePayments,
      menu: { text: 'billing.renewals', icon: 'clock', order: 55 },
    },
  ],
  brakes: { charges: 'billing.brake.charges' },
  slots: [{ slot: customerParts, area: 'console', view: 'customer-money', title: 'billing.money', may: manageInvoices }],
  processes: [autoChargeRenewal, cancellation, collection, refundFollowUp],
  emails: {
    'cancellation-begun': { subject: 'billing.mail.cancellation-begun', data: z.object({ plan: z.string(), subscriptionId: z.uuid(), endsAt: z.string() }) },
    'cancellation-ended': { subject: 'billing.mail.cancellation-ended', data: z.object({ plan: z.string(), subscriptionId: z.uuid(), endsAt: z.string() }) },
    'invoice-ready': { subject: 'billing.mail.invoice-ready', data: z.object({ amount: z.string(), dueOn: z.string(), description: z.string() }) },
    'card-refused': { subject: 'billing.mail.card-refused', data: UnpaidInvoice },
    'payment-failed': { subject: 'billing.mail.payment-failed', data: UnpaidInvoice },
    'payment-given-up': { subject: 'billing.mail.payment-given-up', data: UnpaidInvoice },
    'payment-needs-you': { subject: 'billing.mail.payment-needs-you', data: UnpaidInvoice },
    'payment-reminder': { subject: 'billing.mail.payment-reminder', data: UnpaidInvoice },
    'unpaid-ended': { subject: 'billing.mail.unpaid-ended', data: z.object({ plan: z.string(), subscriptionId: z.uuid(), endsAt: z.string() }) },
    'renewals-stopped': { subject: 'billing.mail.renewals-stopped', data: z.object({ count: z.int(), because: z.string() }) },
    'pay-link': {
      subject: 'billing.mail.pay-link',
      data: z.object({ invoiceNumber: z.int(), amount: z.string(), dueOn: z.string(), payUrl: MailLink }),
    },
    receipt: {
      subject: 'billing.mail.receipt',
      data: z.object({ accountName: z.string(), amount: z.string(), paymentNumber: z.int(), invoices: z.string() }),
    },
  },
});
