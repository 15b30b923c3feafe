import { z } from 'zod';
import { core, get, listQuery, post, type Route, type WalkedPage } from '@portico/kit/server';
import { retryDelivery } from './retry-delivery.ts';
import { wakeProcess } from './wake-process.ts';

const ParkedView = z.object({
  id: z.uuid(),
  kind: z.enum(['event', 'mail']),
  state: z.enum(['parked', 'resting']),
  name: z.string(),
  pluginId: z.string(),
  tries: z.int(),
  lastError: z.string(),
  createdAt: z.string(),
});

const ProcessView = z.object({
  id: z.uuid(),
  kind: z.string(),
  pluginId: z.string(),
  subject: z.uuid(),
  state: z.enum(['live', 'stuck', 'resting', 'ended']),
  nextStep: z.string().nullable(),
  nextAt: z.string().nullable(),
  outcome: z.string().nullable(),
  stuckBecause: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  temporalUrl: z.string().nullable(),
});

const AuditView = z.object({
  id: z.uuid(),
  at: z.string(),
  actorName: z.string(),
  actorKind: z.string(),
  what: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});

/** What the list of parked deliveries is asked for. */
export const ParkedQuery = listQuery(['-since', 'since']);
/** Which processes a list shows, and where it begins. */
export const ProcessListQuery = listQuery(['-started', 'started']).extend({ state: z.enum(['live', 'stuck', 'ended'], 'portico.problem.choice').optional() });
/** Where a page of the audit log begins. */
export const AuditQuery = listQuery(['-at', 'at']);

const pageOf = <Row extends z.ZodType>(row: Row) => z.object({ data: z.array(row), nextCursor: z.string().nullable() });
const onward = async <Row>(page: Promise<WalkedPage<Row>>) => {
  const { data, nextCursor } = await page;
  return { data, nextCursor };
};

/** `/api/v1/workspace/parked`, `/processes` and `/audit`. */
export const operationRoutes: readonly Route[] = [
  get(
    '/parked',
    { name: 'list-parked', may: { action: 'read', subject: 'ParkedDelivery' }, query: ParkedQuery, answer: pageOf(ParkedView) },
    (ctx, { query }) => onward(ctx.use(core).parked(query)),
  ),
  post(
    '/parked/{id}/retry',
    { name: 'retry-delivery', may: { action: 'retry', subject: 'ParkedDelivery' }, answer: z.object({ id: z.uuid() }) },
    async (ctx, { params }) => {
      await retryDelivery(ctx, params['id']!);
      return { id: params['id']! };
    },
  ),
  get(
    '/processes',
    { name: 'list-processes', may: { action: 'read', subject: 'Process' }, query: ProcessListQuery, answer: pageOf(ProcessView) },
    (ctx, { query }) => onward(ctx.use(core).processes(query)),
  ),
  post(
    '/processes/{id}/wake',
    { name: 'wake-process', may: { action: 'wake', subject: 'Process' }, answer: z.object({ id: z.uuid() }) },
    async (ctx, { params }) => {
      await wakeProcess(ctx, params['id']!);
      return { id: params['id']! };
    },
  ),
  get('/audit', { name: 'list-audit', may: { action: 'read', subject: 'AuditLog' }, query: AuditQuery, answer: pageOf(AuditView) }, (ctx, { query }) =>
    onward(ctx.use(core).audit(query)),
  ),
];
