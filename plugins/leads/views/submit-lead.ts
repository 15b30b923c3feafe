import type { Id } from '@portico/kit';
import { NotFound } from '@portico/kit';
import { intentOf, type Ctx, type Submitted, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { textIn } from '../form-text.ts';
import { AssignLead, assignLead, undoAssignment } from '../lead/assign-lead.ts';
import { AssignLeadToOrder, assignLeadToOrder } from '../lead/assign-lead-to-order.ts';
import { memberMeant } from '../lead/assignable-members.ts';
import { ChangeLeadStatus, changeLeadStatus } from '../lead/change-lead-status.ts';
import { readLead } from '../lead/lead.queries.ts';
import { orderMeant } from '../order/order-choices.ts';

const intents: Readonly<Record<string, (ctx: Ctx, leadId: Id, form: FormData) => Promise<Submitted>>> = {
  async status(ctx, leadId, form) {
    await changeLeadStatus(ctx, leadId, ChangeLeadStatus.parse({ status: form.get('status') }));
    return { ok: true, say: 'leads.status-saved' };
  },
  async assign(ctx, leadId, form) {
    const written = textIn(form, 'memberId');
    const memberId = written === undefined ? null : await ctx.inTenant(async (tx) => memberMeant(tx, await accountOf(tx, leadId), written));
    await assignLead(ctx, leadId, AssignLead.parse({ memberId }));
    // whoever gave it away may no longer see it: the list says that it worked
    return { ok: true, say: 'leads.assigned-one' };
  },
  async undo(ctx, leadId, form) {
    await undoAssignment(ctx, leadId, z.uuid().parse(form.get('assignmentId')));
    return { ok: true, say: 'leads.undone' };
  },
  async order(ctx, leadId, form) {
    await assignLeadToOrder(ctx, leadId, AssignLeadToOrder.parse({ orderId: await orderIn(ctx, form) }));
    return { ok: true, say: 'leads.delivered-by-hand' };
  },
};

/** The forms of a lead's page: status, assign, undo, order. Throws NotFound for any other. */
export function submitLead(ctx: Ctx, leadId: Id, form: FormData): Promise<Submitted> {
  return intentOf(form, intents)(ctx, leadId, form);
}

async function accountOf(tx: Tx, leadId: Id): Promise<Id> {
  const { accountId } = await readLead(tx, leadId);
  if (!accountId) throw new NotFound();
  return accountId;
}

async function orderIn(ctx: Ctx, form: FormData): Promise<Id> {
  ctx.demand('route', 'Lead');
  return ctx.inTenant((tx) => orderMeant(tx, textIn(form, 'orderId') ?? ''));
}
