import type { Id } from '@portico/kit';
import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { textIn } from '../form-text.ts';
import { AssignLead, assignLead, undoAssignment } from '../lead/assign-lead.ts';
import { AssignLeadToOrder, assignLeadToOrder } from '../lead/assign-lead-to-order.ts';
import { ChangeLeadStatus, changeLeadStatus } from '../lead/change-lead-status.ts';

const intents: Readonly<Record<string, (ctx: Ctx, leadId: Id, form: FormData) => Promise<Submitted>>> = {
  async status(ctx, leadId, form) {
    await changeLeadStatus(ctx, leadId, ChangeLeadStatus.parse({ status: form.get('status') }));
    return { ok: true, say: 'leads.status-saved' };
  },
  async assign(ctx, leadId, form) {
    await assignLead(ctx, leadId, AssignLead.parse({ memberId: textIn(form, 'memberId') ?? null }));
    // whoever gave it away may no longer see it: the list says that it worked
    return { ok: true, say: 'leads.assigned-one' };
  },
  async undo(ctx, leadId, form) {
    await undoAssignment(ctx, leadId, z.uuid().parse(form.get('assignmentId')));
    return { ok: true, say: 'leads.undone' };
  },
  async order(ctx, leadId, form) {
    await assignLeadToOrder(ctx, leadId, AssignLeadToOrder.parse({ orderId: form.get('orderId') }));
    return { ok: true, say: 'leads.delivered-by-hand' };
  },
};

/** The forms of a lead's page: status, assign, undo, order. Throws NotFound for any other. */
export function submitLead(ctx: Ctx, leadId: Id, form: FormData): Promise<Submitted> {
  const intent = intents[String(form.get('intent'))];
  if (!intent) throw new NotFound();
  return intent(ctx, leadId, form);
}
