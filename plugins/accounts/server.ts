import { defineServer } from '@portico/kit/server';
import { accountRoutes } from './account/account.routes.ts';
import { accountChoices, accountsNamed } from './account/account-choices.ts';
import type { AccountsApi } from './api.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { inviteAdmins } from './invitation/invite-admins.ts';
import { invitationRoutes } from './invitation/invitation.routes.ts';
import { invitationWork } from './invitation/invitation-work.ts';
import { memberRoles } from './member/member-roles.ts';
import { memberRoutes } from './member/member.routes.ts';

export default defineServer({
  routes: [...memberRoutes, ...invitationRoutes, ...accountRoutes],
  hooks: [memberRoles],
  processes: [invitationWork],
  offers: (ctx): AccountsApi => ({
    accountsForChoice: () => ctx.inTenant((tx) => accountChoices(tx)),
    accountsNamed: (text) => ctx.inTenant((tx) => accountsNamed(tx, text)),
    inviteAdmins: (invite) => inviteAdmins(ctx, invite),
  }),
  demo: tellDemo,
});
