import { get, post, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { inviteByHand } from './invite-admins.ts';
import { INVITATION_STATES } from './invitation.model.ts';
import { ListInvitations, listInvitations, readInvitation } from './invitation.queries.ts';
import { sendAgain } from './send-again.ts';

const InvitationListed = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  account: z.string(),
  userId: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  state: z.enum(INVITATION_STATES),
  invitedBy: z.string().nullable(),
  invitedAt: z.string(),
  expiresAt: z.string(),
  acceptedAt: z.string().nullable(),
});
const Step = z.object({ at: z.string(), key: z.string() });
/** With what happened and what will happen if nobody does anything. */
const InvitationView = InvitationListed.extend({
  timeline: z.object({ state: z.string(), past: z.array(Step.extend({ outcome: z.string() })), planned: z.array(Step) }),
});

const read = { action: 'read', subject: 'Invitation' } as const;
const send = { action: 'send', subject: 'Invitation' } as const;

/** `/api/v1/accounts/invitations`: listed before `/{id}`, which would take the word for a customer's id. */
export const invitationRoutes: readonly Route[] = [
  get(
    '/invitations',
    {
      name: 'list-invitations',
      may: read,
      query: ListInvitations,
      answer: z.object({ data: z.array(InvitationListed), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listInvitations(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '/invitations',
    { name: 'invite', may: send, body: z.object({ accountId: z.uuid('accounts.problem.account') }), answer: InvitationView, status: 201 },
    async (ctx, { body }) => readInvitation(ctx, await inviteByHand(ctx, body.accountId)),
  ),
  get('/invitations/{id}', { name: 'read-invitation', may: read, answer: InvitationView }, (ctx, { params }) => readInvitation(ctx, params['id']!)),
  post('/invitations/{id}/send-again', { name: 'send-invitation-again', may: send, answer: InvitationView }, async (ctx, { params }) => {
    await sendAgain(ctx, params['id']!);
    return readInvitation(ctx, params['id']!);
  }),
];
