import { hoursBetween, type Instant } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx, type Submitted, type Tx } from '@portico/kit/server';
import { countReturns, listReturns, returnedOfAccounts, ReturnQuery, type ReturnRow } from '../lead-return.queries.ts';
import { submitInQueue } from '../return-forms.ts';

/** Without a filter the queue shows what waits, the oldest deadline first; decided ones, the latest first. */
function wantedBy(query: URLSearchParams) {
  const asked = addressQuery(ReturnQuery, query);
  const { status = 'pending' } = asked;
  return { ...asked, status, sort: status === 'pending' ? ('decide-by' as const) : ('-decide-by' as const) };
}

export async function load(ctx: Ctx, { query }: PageRequest) {
  const wanted = wantedBy(query);
  return ctx.inTenant(async (tx) => {
    const { data, nextCursor, previousCursor } = await listReturns(tx, wanted);
    const waiting = await countReturns(tx, 'pending');
    return {
      returns: await rowsOf(tx, data),
      ...(wanted.status === 'pending' ? waiting : await countReturns(tx, wanted.status)),
      waiting,
      firstDecideBy: await firstDecideBy(tx),
      nextCursor,
      previousCursor,
    };
  });
}

async function firstDecideBy(tx: Tx): Promise<Instant | null> {
  const { data } = await listReturns(tx, ReturnQuery.parse({ status: 'pending', sort: 'decide-by', limit: 1 }));
  return data[0]?.decideBy ?? null;
}

async function rowsOf(tx: Tx, returns: readonly ReturnRow[]) {
  const before = await returnedOfAccounts(
    tx,
    returns.map(({ accountId }) => accountId),
  );
  return returns.map((row) => ({
    id: row.id,
    lead: row.leadName,
    customer: row.accountName,
    orderNumber: row.orderNumber,
    reason: row.reason,
    note: row.note,
    status: row.status,
    decideBy: row.decideBy,
    hoursWaiting: hoursBetween(row.requestedAt, tx.ctx.clock.now()),
    hoursLeft: hoursBetween(tx.ctx.clock.now(), row.decideBy),
    votes: row.votes,
    before: before.get(row.accountId) ?? { returned: 0, delivered: 0 },
  }));
}

export const submit = (ctx: Ctx, form: FormData): Promise<Submitted> => submitInQueue(ctx, form);
