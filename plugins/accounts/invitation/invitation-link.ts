import type { Id } from '@portico/kit';
import { sql, type Ctx, type LinkTarget, type Tx } from '@portico/kit/server';
import { Invitation } from './invitation.model.ts';

const PURPOSE = 'accounts.invitation';

/** What the link of an invitation opens, as its row says now. */
const targetOf = ({ id, generation }: Pick<Invitation, 'id' | 'generation'>): LinkTarget => ({ purpose: PURPOSE, id, generation });

/** The link as a value in a mail; it is made when the mail leaves. */
export const mailLinkOf = (row: Invitation) => ({ link: { ...targetOf(row), path: '/invitation/' } });

/** The person who is invited, if they can sign in at all. */
export interface InvitedPerson {
  readonly userId: Id;
  readonly name: string;
  readonly email: string | null;
  readonly userName: string | null;
  readonly hasPassword: boolean;
  readonly signedIn: boolean;
  readonly account: string;
  /** Who of the business asked by hand. */
  readonly inviter: string | null;
}

/** Whom an invitation is for; undefined when that person is switched off, here or altogether. */
export const personOf = (tx: Tx, { id }: Pick<Invitation, 'id'>): Promise<InvitedPerson | undefined> =>
  tx.row<InvitedPerson>(sql`
    select u.id as "userId", u.name, u.email, u.user_name as "userName", u.password_hash is not null as "hasPassword", u.seen_at is not null as "signedIn",
      a.name as account, s.name as inviter
    from accounts.invitations i
    join accounts.accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
    join accounts.members m on m.tenant_id = i.tenant_id and m.account_id = i.account_id and m.user_id = i.user_id and m.enabled
    join portico.users u on u.tenant_id = i.tenant_id and u.id = i.user_id and u.enabled
    left join portico.users s on s.tenant_id = i.tenant_id and s.id = i.invited_by
    where i.tenant_id = ${tx.ctx.tenant.id} and i.id = ${id}`);

/** An invitation that a link opens now, and for whom. */
export interface OpenedInvitation {
  readonly row: Invitation;
  readonly person: InvitedPerson;
}

/**
 * What a link opens, now; undefined for a token that is none, is of an older generation, has expired, was used, or whose
 * person is switched off: whoever holds it learns no difference. `lock`: for who is about to use it up.
 */
export async function invitationOfLink(tx: Tx, token: string, lock?: 'lock'): Promise<OpenedInvitation | undefined> {
  const id = tx.ctx.links.idIn(PURPOSE, token);
  if (id === undefined) return undefined;
  // The person before the row: who is faster sets a password and uses the row up in one go, so that whoever sees that
  // password sees a dead link too. Under the lock nobody is faster any more.
  const seen = await personOf(tx, { id });
  const row = await rowOf(tx, id, lock);
  if (!row || row.state !== 'open' || row.expires_at <= tx.ctx.clock.now() || !tx.ctx.links.matches(targetOf(row), token)) return undefined;
  const person = lock ? await personOf(tx, row) : seen;
  return person && { row, person };
}

/** The row that a token names, and proves to have been a link of, now or before; undefined for any other. The row is locked. */
export async function invitationOfAnyLink(tx: Tx, token: string): Promise<Invitation | undefined> {
  const id = tx.ctx.links.idIn(PURPOSE, token);
  const row = id && (await rowOf(tx, id, 'lock'));
  return row && wasEverLinkOf(tx.ctx, row, token) ? row : undefined;
}

function rowOf(tx: Tx, id: Id, lock?: 'lock'): Promise<Invitation | undefined> {
  const found = tx.query(Invitation).findById(id);
  return lock ? found.forUpdate().execute() : found.execute();
}

const wasEverLinkOf = ({ links }: Ctx, row: Invitation, token: string): boolean =>
  Array.from({ length: row.generation }, (_, at) => targetOf({ id: row.id, generation: at + 1 })).some((target) => links.matches(target, token));
