import type { Id } from '@portico/kit';
import type { Actor } from '@portico/kit/server';

/**
 * Whose leads a person sees, as the shape of the question to the database. It chooses the index and nothing else: every
 * list also carries `ctx.visible('read', 'Lead', …)`, which alone decides what may be seen.
 */
export type LeadReach =
  | { readonly kind: 'business' }
  | { readonly kind: 'account'; readonly accountId: Id }
  | { readonly kind: 'members'; readonly accountId: Id; readonly memberIds: readonly Id[]; readonly below: number }
  /** A member of several accounts. */
  | { readonly kind: 'several' };

/** The reach of an actor, by the roles alone. */
export function leadReach(actor: Actor): LeadReach {
  if (actor.kind === 'system' || actor.roles.some((role) => role.role === 'owner' || role.role === 'staff')) return { kind: 'business' };
  const [role, ...others] = actor.roles.filter((role) => role.accountId);
  if (!role || others.length > 0) return { kind: 'several' };
  if (role.role === 'account-admin') return { kind: 'account', accountId: role.accountId! };
  const below = role.downlineMemberIds ?? [];
  return { kind: 'members', accountId: role.accountId!, memberIds: [...(role.memberId ? [role.memberId] : []), ...below], below: below.length };
}
