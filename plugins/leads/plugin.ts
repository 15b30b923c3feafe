import { definePlugin } from '@portico/kit';
import { userParts } from '@portico/plugin-accounts/api';
import { planParts, subscriptionParts } from '@portico/plugin-billing/api';
import { orderPayments } from '@portico/workflows/order-payments';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { z } from 'zod';

const readLeads = { action: 'read', subject: 'Lead' } as const;
const readOrders = { action: 'read', subject: 'LeadOrder' } as const;
const manageOrders = { action: 'manage', subject: 'LeadOrder' } as const;
const callLeads = { action: 'call', subject: 'QueueEntry' } as const;
const manageTypes = { action: 'manage', subject: 'LeadType' } as const;
const manageSources = { action: 'manage', subject: 'LeadSource' } as const;
const LeadMailData = z.object({
  leadName: z.string(),
  place: z.string(),
  typeName: z.string(),
  accountName: z.string(),
  orderNumber: z.int(),
  leadUrl: z.url(),
});

/** What arrives, whom it is sold to, and what becomes of it. */
export default definePlugin({
  id: 'leads',
  version: '1.0.0',
  contract: '^1.0',
  title: 'leads.title',
  about: 'leads.about',
  onByDefault: true,
  requires: { accounts: '^1.0' },
  uses: { billing: '^1.0' },
  subjects: {
    Lead: {
      columns: { member: 'assignee_id', billGroup: 'bill_group_id', account: 'account_id' },
      actions: { read: 'downline', work: 'downline', assign: 'downline', ingest: 'tenant', route: 'tenant' },
    },
    LeadOrder: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { read: 'account', pause: 'account', manage: 'tenant' } },
    QueueEntry: { columns: { billGroup: 'bill_group_id', account: 'account_id' }, actions: { call: 'tenant' } },
    LeadType: { columns: {}, actions: { read: 'tenant', manage: 'tenant' } },
    LeadSource: { columns: {}, actions: { read: 'tenant', manage: 'tenant' } },
    // everybody's own; there is no row of anybody else's to ask for
    LeadNotification: { columns: { account: 'account_id', member: 'member_id' }, actions: { change: 'own' } },
  },
  pages: [
    { area: 'portal', path: '', view: 'lead-list', title: 'leads.leads', may: readLeads, menu: { text: 'leads.leads', icon: 'leads', order: 10 } },
    { area: 'portal', path: 'orders', view: 'order-list', title: 'leads.orders', may: readOrders, menu: { text: 'leads.orders', icon: 'order', order: 30 } },
    { area: 'portal', path: 'orders/:orderId', view: 'order', title: 'leads.order', may: readOrders },
    {
      area: 'portal',
      path: 'notifications',
      view: 'notifications',
      title: 'leads.notifications',
      may: { action: 'change', subject: 'LeadNotification' },
      menu: { text: 'leads.notifications', icon: 'mail', order: 91, below: 'accounts.settings' },
    },
    { area: 'portal', path: ':leadId', view: 'lead', title: 'leads.lead', may: readLeads },
    {
      area: 'console',
      path: '',
      view: 'lead-list',
      title: 'leads.leads',
      may: { action: 'route', subject: 'Lead' },
      menu: { text: 'leads.leads', icon: 'leads', order: 20 },
    },
    { area: 'console', path: 'orders', view: 'order-list', title: 'leads.orders', may: manageOrders, menu: { text: 'leads.orders', icon: 'order', order: 30 } },
    { area: 'console', path: 'orders/new', view: 'order-new', title: 'leads.order-new', may: manageOrders },
    { area: 'console', path: 'orders/:orderId', view: 'order', title: 'leads.order', may: manageOrders },
    {
      area: 'console',
      path: 'queue',
      view: 'call-queue',
      title: 'leads.call-queue',
      may: callLeads,
      menu: { text: 'leads.call-queue', icon: 'phone', order: 25 },
    },
    { area: 'console', path: 'queue/:entryId', view: 'call', title: 'leads.queue.entry', may: callLeads },
    { area: 'console', path: 'types', view: 'type-list', title: 'leads.types', may: manageTypes, menu: { text: 'leads.types', icon: 'tag', order: 40 } },
    { area: 'console', path: 'types/:typeId', view: 'type', title: 'leads.type', may: manageTypes },
    {
      area: 'console',
      path: 'sources',
      view: 'source-list',
      title: 'leads.sources',
      may: manageSources,
      menu: { text: 'leads.sources', icon: 'key', order: 41 },
    },
    { area: 'console', path: 'sources/:sourceId', view: 'source', title: 'leads.source', may: manageSources },
    { area: 'console', path: ':leadId', view: 'lead', title: 'leads.lead', may: { action: 'route', subject: 'Lead' } },
  ],
  slots: [
    { slot: userParts, area: 'portal', view: 'user-leads', title: 'leads.leads', may: { action: 'assign', subject: 'Lead' } },
    { slot: planParts, area: 'console', view: 'plan-leads', title: 'leads.plan.included', may: manageOrders },
    { slot: subscriptionParts, area: 'portal', view: 'subscription-leads', title: 'leads.plan.used', may: readOrders },
    { slot: subscriptionParts, area: 'console', view: 'subscription-leads', title: 'leads.plan.used', may: manageOrders },
  ],
  processes: [orderRenewal, orderPayments],
  emails: {
    'renewal-stopped': { subject: 'leads.mail.renewal-stopped', data: z.object({ orderNumber: z.int(), orderId: z.uuid(), because: z.string() }) },
    'new-lead': { subject: 'leads.mail.new-lead', data: LeadMailData },
    'lead-assigned': { subject: 'leads.mail.lead-assigned', data: LeadMailData },
  },
});
