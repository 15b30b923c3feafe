import { NotFound } from '@portico/kit';
import { answered, foldedPost, get, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { AssignLead, assignLead } from './assign-lead.ts';
import { AssignLeadToOrder, assignLeadToOrder } from './assign-lead-to-order.ts';
import { ChangeLeadStatus, changeLeadStatus } from './change-lead-status.ts';
import { ingestLead } from './ingest-lead.ts';
import { ListLeads, listLeads } from './lead-list.queries.ts';
import { leadTimeline } from './lead-timeline.ts';
import { readLead } from './lead.queries.ts';
import { PostLead } from './new-lead.ts';

const Status = z.enum(['new', 'contacted', 'appointment', 'won', 'lost']);
const ReturnState = z.enum(['pending', 'approved', 'denied']);

/** The answer to a posted lead. A duplicate names the earlier lead. */
const Outcome = z.object({ id: z.uuid(), outcome: z.enum(['delivered', 'unmatched', 'duplicate']) });

const LeadLine = z.object({
  id: z.uuid(),
  receivedAt: z.string(),
  name: z.string(),
  type: z.string(),
  status: Status,
  returnState: ReturnState.nullable(),
  town: z.string(),
  postalCode: z.string(),
  accountId: z.uuid().nullable(),
  orderId: z.uuid().nullable(),
  assigneeId: z.uuid().nullable(),
  assignee: z.string().nullable(),
});
/** `tooMany`: the filters leave more than 10,000 leads; narrow the search. */
const LeadListAnswer = z.object({ data: z.array(LeadLine), nextCursor: z.string().nullable(), tooMany: z.literal(true).optional() });

const LeadAnswer = LeadLine.extend({
  typeId: z.uuid(),
  source: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  street: z.string(),
  note: z.string(),
  fields: z.record(z.string(), z.string()),
  deliveryId: z.uuid().nullable(),
  deliveredAt: z.string().nullable(),
  orderNumber: z.int().nullable(),
  account: z.string().nullable(),
});

const Event = z.object({ at: z.string(), key: z.string(), text: z.string(), by: z.string().optional() });
const TimelineAnswer = z.object({
  past: z.array(Event),
  planned: z.array(Event).meta({ description: 'Nothing of the lead itself. What is planned of its return: GET /api/v1/returns/{id}/timeline' }),
});

const read = { action: 'read', subject: 'Lead' } as const;
const answerLead = (ctx: Ctx, id: string) => ctx.inTenant((tx) => readLead(tx, id));

/** `/api/v1/leads`. */
export const leadRoutes: readonly Route[] = [
  foldedPost(
    '',
    { name: 'post-lead', may: { action: 'ingest', subject: 'Lead' }, sourceMay: true, body: PostLead, answer: Outcome, status: 201, alsoStatus: [200] },
    ingestLead,
  ),
  get('', { name: 'list-leads', may: read, query: ListLeads, answer: LeadListAnswer }, async (ctx, { query }) => {
    const { data, nextCursor, tooMany } = await ctx.inTenant((tx) => listLeads(tx, query));
    return { data, nextCursor, ...(tooMany ? { tooMany } : {}) };
  }),
  get('/{id}', { name: 'read-lead', may: read, answer: LeadAnswer }, (ctx, { params }) => answerLead(ctx, params['id']!)),
  get('/{id}/timeline', { name: 'read-lead-timeline', may: read, answer: TimelineAnswer }, (ctx, { params }) =>
    ctx.inTenant((tx) => leadTimeline(tx, params['id']!)),
  ),
  post(
    '/{id}/assignee',
    { name: 'assign-lead', may: { action: 'assign', subject: 'Lead' }, body: AssignLead, answer: LeadAnswer, alsoStatus: [204] },
    async (ctx, { params, body }) => {
      await assignLead(ctx, params['id']!, body);
      // whoever gave it away may no longer see it: it is done all the same
      return answerLead(ctx, params['id']!).catch((error: unknown) => {
        if (error instanceof NotFound) return answered(204, undefined);
        throw error;
      });
    },
  ),
  post(
    '/{id}/status',
    { name: 'change-lead-status', may: { action: 'work', subject: 'Lead' }, body: ChangeLeadStatus, answer: LeadAnswer },
    async (ctx, { params, body }) => {
      await changeLeadStatus(ctx, params['id']!, body);
      return answerLead(ctx, params['id']!);
    },
  ),
  post(
    '/{id}/order',
    { name: 'assign-lead-to-order', may: { action: 'route', subject: 'Lead' }, body: AssignLeadToOrder, answer: LeadAnswer },
    async (ctx, { params, body }) => {
      await assignLeadToOrder(ctx, params['id']!, body);
      return answerLead(ctx, params['id']!);
    },
  ),
];
