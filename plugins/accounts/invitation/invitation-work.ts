import type { Id } from '@portico/kit';
import { type StepOutcome, type Tx, workCase } from '@portico/kit/server';
import { invitation, type InvitationFacts } from '@portico/workflows/invitation';
import { mailLinkOf, personOf } from './invitation-link.ts';
import { Invitation } from './invitation.model.ts';

/** Read without a lock, because pages ask too. */
async function factsOf(tx: Tx, id: Id): Promise<InvitationFacts> {
  const row = await tx.query(Invitation).findById(id).throwIfNotFound();
  return {
    invitedAt: row.invited_at,
    remindAt: row.remind_at,
    expiresAt: row.expires_at,
    again: row.generation > 1,
    sent: row.sent_at !== null,
    reminded: row.reminded_at !== null,
    accepted: row.state === 'accepted',
    expired: row.state === 'expired',
  };
}

/** The row under its lock; undefined when it was accepted or sent again since the step was chosen. */
async function asItWas(tx: Tx, id: Id, { invitedAt }: InvitationFacts): Promise<Invitation | undefined> {
  const row = await tx.query(Invitation).findById(id).forUpdate().throwIfNotFound();
  return row.state === 'open' && row.invited_at === invitedAt ? row : undefined;
}

/** Mails the link as it is now; skipped when no mail reaches the person. */
async function mailLink(tx: Tx, row: Invitation, template: string): Promise<StepOutcome | undefined> {
  const person = await personOf(tx, row);
  if (!person?.email) return 'skipped';
  await tx.mail(template, row.user_id, { account: person.account, inviteUrl: mailLinkOf(row), expiresAt: row.expires_at });
  return undefined;
}

async function send(tx: Tx, id: Id, facts: InvitationFacts): Promise<StepOutcome | undefined> {
  const row = await asItWas(tx, id, facts);
  if (!row) return 'skipped';
  await row.$query(tx.sql).patch({ sent_at: tx.ctx.clock.now() });
  return mailLink(tx, row, 'invitation');
}

/** The same link once more; skipped for who came in by another way meanwhile. */
async function remind(tx: Tx, id: Id, facts: InvitationFacts): Promise<StepOutcome | undefined> {
  const row = await asItWas(tx, id, facts);
  if (!row) return 'skipped';
  await row.$query(tx.sql).patch({ reminded_at: tx.ctx.clock.now() });
  return (await personOf(tx, row))?.signedIn ? 'skipped' : mailLink(tx, row, 'invitation-reminder');
}

async function expire(tx: Tx, id: Id, facts: InvitationFacts): Promise<StepOutcome | undefined> {
  const row = await asItWas(tx, id, facts);
  if (!row) return 'skipped';
  await row.$query(tx.sql).patch({ state: 'expired' });
  return undefined;
}

/** What each step of an invitation does (S1). */
export const invitationWork = workCase(invitation, { facts: factsOf, steps: { send, 'send-again': send, remind, expire } });
