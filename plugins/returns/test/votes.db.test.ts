import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '@portico/kit';
import { type TestCustomer, aCustomer } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, testPlugin, type TestBusiness, type TestPortal } from '@portico/testing';
import { returnVerdict } from '../api.ts';
import { readReturn } from '../read-return.ts';
import { requestReturn } from '../request-return.ts';

/** A plugin that votes as the note of the return tells it: `kind:approve strict:deny`. */
const voter = (id: string) =>
  testPlugin(
    { id },
    {
      hooks: [
        returnVerdict.vote(async (_ctx, { note }) => {
          const said = note
            .split(' ')
            .find((word) => word.startsWith(`${id}:`))
            ?.slice(id.length + 1);
          if (said === 'throw') throw new Error('out of order');
          if (said === 'nonsense') return { answer: 'perhaps' } as never;
          if (said === 'approve' || said === 'deny' || said === 'review') return { answer: said, because: `${id} says ${said}` };
          return 'abstain';
        }),
      ],
    },
  );

let portal: TestPortal;
let alpha: TestBusiness;
let customer: TestCustomer;
let leadIds: readonly Id[];
let next = 0;

beforeAll(async () => {
  portal = await startTestPortal({ loaded: [voter('kind'), voter('strict')] });
  alpha = await portal.business('alpha');
  await alpha.settleEvents();
  customer = await aCustomer(alpha);
  ({ leadIds } = await deliveredLeads(alpha, customer, { count: 200 }));
});
afterAll(() => portal.close());

async function becomes(note: string) {
  next += 1;
  const { id } = await requestReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), { leadId: leadIds[next] ?? '', reason: 'Wrong number', note });
  await alpha.settleProcesses();
  return readReturn(alpha.systemCtx('returns'), id);
}

describe('Plugins vote on a return: deny beats review beats approve; failed is review, abstained is no vote (S3)', () => {
  it.each([
    ['', 'pending', null],
    ['kind:approve', 'approved', 'kind says approve'],
    ['kind:deny', 'denied', 'kind says deny'],
    ['kind:review', 'pending', null],
    ['kind:approve strict:deny', 'denied', 'strict says deny'],
    ['kind:review strict:deny', 'denied', 'strict says deny'],
    ['kind:approve strict:review', 'pending', null],
    ['kind:approve strict:throw', 'pending', null],
    ['kind:approve strict:nonsense', 'pending', null],
    ['kind:deny strict:throw', 'denied', 'kind says deny'],
  ])('"%s" → %s', async (note, status, because) => {
    expect(await becomes(note)).toMatchObject({ status, because });
  });

  it('staff read every vote: who said what, who had no view, who could not answer', async () => {
    const { votes } = await becomes('kind:approve strict:throw');
    const answers = Object.fromEntries(votes.map(({ pluginId, answer }) => [pluginId, answer]));
    expect(answers).toMatchObject({
      kind: { kind: 'voted', verdict: { answer: 'approve' } },
      strict: { kind: 'failed', because: 'out of order' },
      returns: { kind: 'abstained' },
    });
  });
});
