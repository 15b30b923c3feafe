import { type Id, hoursBetween } from '@portico/kit';
import { askThenWrite, type Ctx, type Decision, sql, type StepOutcome, type Tx, workCase } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { returnApproval, type ReturnFacts } from '@portico/workflows/return-approval';
import { returnVerdict } from '../api.ts';
import { recordDecision } from '../decide-return.ts';
import { LeadReturn, type ReturnVerdict } from '../lead-return.model.ts';
import { type ReturnRow, findReturn } from '../lead-return.queries.ts';

const theReturn = (tx: Tx, id: Id) => tx.query(LeadReturn).findById(id).throwIfNotFound();

/** The row with the lock under which every decision is written. */
const lockedReturn = (tx: Tx, id: Id) => tx.query(LeadReturn).findById(id).forUpdate().throwIfNotFound();

async function named(tx: Tx, id: Id): Promise<ReturnRow> {
  const row = await findReturn(tx, id);
  if (!row) throw new Error(`return ${id} cannot be read by its own process`);
  return row;
}

/** Read without a lock, because pages ask too; who writes a decision locks, and notices if somebody was faster. */
async function returnFacts(tx: Tx, id: Id): Promise<ReturnFacts> {
  const row = await theReturn(tx, id);
  return {
    requestedAt: row.requested_at,
    decideBy: row.decide_by,
    atDeadline: row.at_deadline,
    decision: row.decision && { outcome: row.decision, at: row.decided_at ?? row.decide_by },
    withdrawn: row.withdrawn_at !== null,
  };
}

async function mailStaff(tx: Tx, id: Id, template: string, to: 'staff' | 'owner'): Promise<void> {
  const row = await named(tx, id);
  const { leadName, reason, note, accountName, decideBy } = row;
  await tx.mail(template, to, { returnId: id, leadName, reason, note, customer: accountName, decideByAt: decideBy });
}

/** Who asked is told; when no mail reaches them (any more), the admins of their account are. Skipped when it reaches none of them either. */
async function mailCustomer(tx: Tx, { account_id, requested_by }: LeadReturn, template: string, data: object): Promise<StepOutcome | undefined> {
  const tenant = tx.ctx.tenant.id;
  const people = await tx.rows<{ id: Id }>(sql`
    with reached as (
      select m.user_id as id, m.is_admin, m.user_id = ${requested_by} as asked
      from accounts.member_v1 m join portico.users u on u.tenant_id = ${tenant} and u.id = m.user_id
      where m.tenant_id = ${tenant} and m.account_id = ${account_id} and m.enabled and u.enabled and u.email is not null
    )
    select id from reached where asked or (is_admin and not exists (select from reached where asked))`);
  for (const { id } of people) await tx.mail(template, id, data);
  return people.length > 0 ? undefined : 'skipped';
}

async function askPlugins(ctx: Ctx, id: Id): Promise<Decision<ReturnVerdict>> {
  const row = await ctx.inTenant((tx) => theReturn(tx, id));
  return ctx.decide(returnVerdict, {
    returnId: id,
    leadId: row.lead_id,
    accountId: row.account_id,
    reason: row.reason,
    note: row.note,
    hoursSinceDelivery: hoursBetween(row.delivered_at, row.requested_at),
  });
}

/** Keeps every vote for staff to read; *review* leaves the return to them. Failed when it does and a voter could not answer. */
async function heedPlugins(tx: Tx, id: Id, { verdict, votes }: Decision<ReturnVerdict>): Promise<StepOutcome | undefined> {
  const row = await lockedReturn(tx, id);
  await row.$query(tx.sql).patch({ votes });
  if (verdict.answer === 'review') return votes.some(({ answer }) => answer.kind === 'failed') ? 'failed' : undefined;
  const outcome = verdict.answer === 'approve' ? 'approved' : 'denied';
  await recordDecision(tx, row, { outcome, because: verdict.because, by: 'plugins' });
  return undefined;
}

/** The order belongs to leads; the return's id is the cause, so that room is given back once, however often this runs. */
async function giveRoomBack(ctx: Ctx, id: Id): Promise<void> {
  const { delivery_id } = await ctx.inTenant((tx) => theReturn(tx, id));
  await ctx.use(leads).giveBack(delivery_id, id);
}

/** What each step of a return does (S3). */
export const approvalWork = workCase(returnApproval, {
  facts: returnFacts,
  steps: {
    'confirm-to-customer': async (tx, id) => {
      const { leadName, reason, decideBy } = await named(tx, id);
      return mailCustomer(tx, await theReturn(tx, id), 'return-requested', { returnId: id, leadName, reason, decideByAt: decideBy });
    },

    'ask-plugins': askThenWrite({ ask: askPlugins, write: heedPlugins }),

    'tell-staff': (tx, id) => mailStaff(tx, id, 'return-waiting', 'staff'),
    'remind-staff': (tx, id) => mailStaff(tx, id, 'return-still-waiting', 'staff'),
    'warn-owner': (tx, id) => mailStaff(tx, id, 'return-nearly-due', 'owner'),

    'apply-deadline-rule': async (tx, id) => {
      const row = await lockedReturn(tx, id);
      await recordDecision(tx, row, { outcome: row.at_deadline, because: tx.ctx.text('returns.because.deadline'), by: 'deadline' });
    },

    'book-outcome': askThenWrite({
      ask: giveRoomBack,
      write: async (tx, id) => {
        const row = await lockedReturn(tx, id);
        await row.$query(tx.sql).patch({ booked_at: tx.ctx.clock.now() });
      },
    }),

    'tell-customer': async (tx, id) => {
      const { leadName, reason } = await named(tx, id);
      const row = await theReturn(tx, id);
      const outcome = tx.ctx.text(`returns.status.${row.status}`);
      return mailCustomer(tx, row, 'return-decided', { returnId: id, leadName, reason, outcome, because: row.because ?? '' });
    },
  },
});
