import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunBusiness, RunSignIn } from '@portico/cli/run-file';
import type { CrashSite } from '../crash-site.ts';
import { insist, speak, type Spoken } from '../speak-to-business.ts';

const runProgram = promisify(execFile);
const portico = path.resolve(import.meta.dirname.replace(/[\\/]dist([\\/].*)?$/, '/crash/test'), '../../../cli/portico.mjs');

/** A corner of a business in which leads arrive and are given back: a lead type of its own, bought by one customer. */
export interface ReturnMarket {
  readonly business: RunBusiness;
  readonly typeKey: string;
  readonly orderId: string;
  readonly source: string;
  readonly customer: string;
  readonly staff: string;
}

/** What the business has answered, and so has promised. */
export interface Promised {
  /** Id of each lead answered 201, or found again by a repeated post, and what became of it. */
  readonly leads: Map<string, string>;
  /** Id of each return answered 201, and the decision that was answered for it. */
  readonly returns: Map<string, 'approved' | 'denied' | undefined>;
  /** How many calls got no answer, or were told to come back. */
  unanswered: number;
}

export const nothingPromised = (): Promised => ({ leads: new Map(), returns: new Map(), unanswered: 0 });

/** Opens a market at the demo's last business, where no plugin of its own decides in place of staff. */
export async function openReturnMarket(site: CrashSite): Promise<ReturnMarket> {
  const business = site.run().businesses.at(-1);
  if (!business) throw new Error('The installation has no business.');
  const [staff, customer] = [keyOf(business, 'staff'), keyOf(business, 'account-admin')];
  // every lead may come back: how many is not what is looked at here
  await runProgram(process.execPath, [
    portico,
    'setting',
    'set',
    '--business',
    business.slug,
    '--key',
    'returns.capPercent',
    '--value',
    '100',
    '--data',
    site.data,
  ]);
  const me = await insist(business, '/api/v1/me', { key: customer });
  const { accountId } = (me.roles as { accountId: string }[])[0]!;
  const account = await insist(business, `/api/v1/accounts/${accountId}`, { key: staff });
  const typeKey = `storm-${Date.now().toString(36)}`;
  const type = await insist(business, '/api/v1/leads/types', { key: staff, json: { key: typeKey, name: 'Storm damage', lookBackDays: 30 } });
  const order = await insist(business, '/api/v1/leads/orders', {
    key: staff,
    json: {
      accountId,
      billGroupId: (account.billGroups as { id: string }[])[0]!.id,
      typeId: type.id,
      counts: 'leads',
      leads: 1_000_000,
      price: { amount: 2_000, currency: 'USD' },
      startsOn: new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10),
    },
  });
  return { business, typeKey, orderId: String(order.id), source: business.apiKey, customer, staff };
}

function keyOf(business: RunBusiness, kind: RunSignIn['kind']): string {
  const found = business.signIns.find((one) => one.kind === kind);
  if (!found) throw new Error(`${business.slug} has no sign-in of kind ${kind}.`);
  return found.apiKey;
}

let posted = Math.floor(Math.random() * 10_000_000);

/** Posts a lead until the business has answered for it. */
export async function postLead({ business, typeKey, source }: ReturnMarket, promised: Promised): Promise<string> {
  const number = String((posted += 1) % 100_000_000).padStart(8, '0');
  const json = { type: typeKey, name: `Maren Okafor ${number}`, phone: `+12${number.slice(0, 1)}${number}`.slice(0, 12), town: 'Tigard', postalCode: '97223' };
  const { body } = await untilAnswered(promised, [200, 201], () => speak(business, '/api/v1/leads', { key: source, json }));
  const id = String(body.id);
  promised.leads.set(id, body.outcome === 'duplicate' ? 'taken' : String(body.outcome));
  return id;
}

/** Gives a delivered lead back. Undefined: an earlier try, whose answer was lost, has done it. */
export async function returnLead({ business, customer }: ReturnMarket, promised: Promised, leadId: string): Promise<string | undefined> {
  const json = { leadId, reason: 'Out of my area' };
  const { status, body } = await untilAnswered(promised, [201, 409], () => speak(business, '/api/v1/returns', { key: customer, json }));
  if (status !== 201) return undefined;
  promised.returns.set(String(body.id), undefined);
  return String(body.id);
}

/** Two people of the staff decide at the same time, one this way, one that way. */
export async function decideTwice({ business, staff }: ReturnMarket, promised: Promised, returnId: string): Promise<void> {
  const decide = (outcome: 'approved' | 'denied') =>
    untilAnswered(promised, [200, 409], () =>
      speak(business, `/api/v1/returns/${returnId}/decision`, { key: staff, json: { outcome, because: 'It was looked at' } }),
    ).then(({ status }) => {
      if (status === 200) promised.returns.set(returnId, outcome);
    });
  const [first, second] = Math.random() < 0.5 ? (['approved', 'denied'] as const) : (['denied', 'approved'] as const);
  await Promise.all([decide(first), decide(second)]);
}

/** Asks again while no answer comes or the business says that it cannot at the moment. Any other answer is a fault. */
async function untilAnswered(promised: Promised, wanted: readonly number[], ask: () => Promise<Spoken | undefined>): Promise<Spoken> {
  const limit = performance.now() + 120_000;
  for (;;) {
    const answer = await ask();
    if (answer && wanted.includes(answer.status)) return answer;
    if (answer && answer.status < 500 && answer.status !== 429) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
    if (performance.now() > limit)
      throw new Error(`no answer for two minutes; the last was ${answer ? `${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}` : 'none'}`);
    promised.unanswered += 1;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Leads and returns that keep coming until `end()`. */
export interface Load {
  /** Takes nothing new, waits for what is under way. Rejects with what went wrong in between. */
  end(): Promise<void>;
}

const BETWEEN_LEADS_MS = 40;
const LANES = 3;
const LEADS_FOR_A_RETURN = 6;

/** Begins to post leads in several lanes; one of six is given back and decided upon. */
export function beginLoad(market: ReturnMarket, promised: Promised): Load {
  let over = false;
  const lane = async (): Promise<void> => {
    for (let count = 1; !over; count += 1) {
      const leadId = await postLead(market, promised);
      const returnId = count % LEADS_FOR_A_RETURN === 0 ? await returnLead(market, promised, leadId) : undefined;
      if (returnId) await decideTwice(market, promised, returnId);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LEADS_MS));
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  lanes.catch(() => (over = true)); // end() tells of it; the others need not go on
  return {
    async end() {
      over = true;
      await lanes;
    },
  };
}
