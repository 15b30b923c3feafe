import { isId, NotFound, type Id, type Instant } from '@portico/kit';
import { emptySql, listQuery, sql, walkList, type Ctx, type ListPlace, type ProcessTimeline, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { invitation } from '@portico/workflows/invitation';
import { z } from 'zod';
import { INVITATION_STATES, type InvitationState } from './invitation.model.ts';

/** An invitation as staff see it. Its link is nowhere in it. */
export interface InvitationRow {
  readonly id: Id;
  readonly accountId: Id;
  readonly account: string;
  readonly userId: Id;
  readonly name: string;
  readonly email: string | null;
  readonly state: InvitationState;
  /** Who of the business asked by hand; null: the first payment did. */
  readonly invitedBy: string | null;
  readonly invitedAt: Instant;
  readonly expiresAt: Instant;
  readonly acceptedAt: Instant | null;
}

/** What a list of invitations can be asked for. */
export const ListInvitations = listQuery(['-created', 'created']).extend({
  accountId: z.uuid('accounts.problem.account').optional(),
  state: z.enum(INVITATION_STATES, 'accounts.problem.filter').optional(),
});
export type ListInvitations = z.output<typeof ListInvitations>;
type InvitationQuery = ListPlace & Pick<ListInvitations, 'accountId' | 'state'>;
type Listed = InvitationRow & { readonly sort_key: string };

const COLUMNS = sql`i.id, i.account_id as "accountId", a.name as account, i.user_id as "userId", u.name, u.email, i.state, s.name as "invitedBy",
  i.invited_at as "invitedAt", i.expires_at as "expiresAt", i.accepted_at as "acceptedAt"`;
const SOURCE = sql`accounts.invitations i
  join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
  join portico.users u on u.tenant_id = i.tenant_id and u.id = i.user_id
  left join portico.users s on s.tenant_id = i.tenant_id and s.id = i.invited_by`;

const keysetOf = (query: InvitationQuery) => walkList<Listed>({ key: sql`i.created_at`, type: 'timestamptz' }, sql`i.id`, query);

/** The invitations that the actor may see, the newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listInvitations(tx: Tx, query: InvitationQuery): Promise<WalkedPage<InvitationRow>> {
  const { rows, nextCursor, previousCursor } = keysetOf(query).page(await tx.rows<Listed>(invitationListSql(tx.ctx, query)));
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** The statement of the list, apart so that its plan can be looked at. */
export function invitationListSql(ctx: Ctx, query: InvitationQuery): Sql {
  const keyset = keysetOf(query);
  return sql`select ${COLUMNS}, i.created_at as sort_key from ${SOURCE}
    where i.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Invitation', 'i')}
      ${query.accountId ? sql`and i.account_id = ${query.accountId}` : emptySql} ${query.state ? sql`and i.state = ${query.state}` : emptySql}
      and ${keyset.where} ${keyset.orderAndLimit}`;
}

/** An invitation with what happened and what will happen. */
export interface FollowedInvitation extends InvitationRow {
  readonly timeline: ProcessTimeline;
}

/** One invitation that the actor may see. Throws NotFound for any other. */
export async function readInvitation(ctx: Ctx, invitationId: string): Promise<FollowedInvitation> {
  if (!isId(invitationId)) throw new NotFound();
  const row = await ctx.inTenant((tx) =>
    tx.row<InvitationRow>(sql`select ${COLUMNS} from ${SOURCE}
      where i.tenant_id = ${ctx.tenant.id} and i.id = ${invitationId} and ${ctx.visible('read', 'Invitation', 'i')}`),
  );
  if (!row) throw new NotFound();
  return { ...row, timeline: await ctx.timeline(invitation, row.id) };
}

/** The latest invitation of a customer, for its page; undefined without one. */
export async function followInvitation(ctx: Ctx, accountId: Id): Promise<FollowedInvitation | undefined> {
  const { data } = await ctx.inTenant((tx) => listInvitations(tx, { accountId, limit: 1, sort: '-created' }));
  const [latest] = data;
  return latest && { ...latest, timeline: await ctx.timeline(invitation, latest.id) };
}
