import { definePlugin, MailLink } from '@portico/kit';
import { invitation } from '@portico/workflows/invitation';
import { z } from 'zod';

const readMembers = { action: 'read', subject: 'Member' } as const;
const createMembers = { action: 'create', subject: 'Member' } as const;
const readAccounts = { action: 'read', subject: 'Account' } as const;

/** How long an invitation is waited for. Each keeps the terms that it began with. */
export const AccountsSettings = z.object({
  invitationReminderDays: z
    .int()
    .min(1)
    .max(60)
    .default(3)
    .meta({ title: 'accounts.setting.invitation-reminder-days', description: 'accounts.setting.invitation-reminder-days-hint' }),
  invitationExpiryDays: z
    .int()
    .min(1)
    .max(90)
    .default(14)
    .meta({ title: 'accounts.setting.invitation-expiry-days', description: 'accounts.setting.invitation-expiry-days-hint' }),
});
export type AccountsSettings = z.output<typeof AccountsSettings>;

/** What the mails of an invitation are filled with. */
const InvitationMail = z.object({ account: z.string(), inviteUrl: MailLink, expiresAt: z.string() });

/** Customers of a business, and the people who sign in for them. */
export default definePlugin({
  id: 'accounts',
  version: '1.0.0',
  contract: '^1.0',
  title: 'accounts.title',
  about: 'accounts.about',
  alwaysOn: true,
  settings: AccountsSettings,
  subjects: {
    Account: { columns: { account: 'id' }, actions: { read: 'tenant', create: 'tenant' } },
    Member: { columns: { account: 'account_id', member: 'id' }, actions: { read: 'account', create: 'account', change: 'account' } },
    Invitation: { columns: { account: 'account_id' }, actions: { read: 'tenant', send: 'tenant' } },
    // Whoever is signed in has one, staff too; there is no way to name another's.
    Profile: { columns: { account: 'account_id', member: 'member_id' }, actions: { read: 'own', change: 'own' } },
  },
  pages: [
    { area: 'public', path: 'invitation/:token', view: 'invitation', title: 'accounts.invitation' },
    { area: 'portal', path: 'users', view: 'user-list', title: 'accounts.users', may: readMembers, menu: { text: 'accounts.users', icon: 'users', order: 80 } },
    { area: 'portal', path: 'users/new', view: 'user-new', title: 'accounts.user-new', may: createMembers },
    { area: 'portal', path: 'users/:memberId', view: 'user', title: 'accounts.user', may: readMembers },
    {
      area: 'portal',
      path: 'settings',
      view: 'profile',
      title: 'accounts.settings',
      may: { action: 'read', subject: 'Profile' },
      menu: { text: 'accounts.settings', icon: 'settings', order: 90, personal: true },
    },
    {
      area: 'console',
      path: '',
      view: 'customer-list',
      title: 'accounts.customers',
      may: readAccounts,
      menu: { text: 'accounts.customers', icon: 'users', order: 10 },
    },
    { area: 'console', path: 'new', view: 'customer-new', title: 'accounts.customer-new', may: { action: 'create', subject: 'Account' } },
    {
      area: 'console',
      path: 'profile',
      view: 'profile',
      title: 'accounts.my-profile',
      may: { action: 'read', subject: 'Profile' },
      menu: { text: 'accounts.my-profile', icon: 'user', order: 99, personal: true },
    },
    { area: 'console', path: ':accountId', view: 'customer', title: 'accounts.customer', may: readAccounts },
    { area: 'console', path: ':accountId/users/new', view: 'customer-user-new', title: 'accounts.user-new', may: createMembers },
    { area: 'console', path: ':accountId/users/:memberId', view: 'customer-user', title: 'accounts.user', may: readMembers },
  ],
  processes: [invitation],
  emails: {
    invitation: { subject: 'accounts.mail.invitation', data: InvitationMail },
    'invitation-reminder': { subject: 'accounts.mail.invitation-reminder', data: InvitationMail },
    'invitation-used': { subject: 'accounts.mail.invitation-used', data: z.object({ account: z.string() }) },
  },
});
