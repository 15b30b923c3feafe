import type { Id } from '@portico/kit';
import type { Ctx, DemoStory } from '@portico/kit/server';
import { archivePlan } from '../plan/archive-plan.ts';
import { createPlan } from '../plan/create-plan.ts';
import { WritePlan } from '../plan/plan-input.ts';
import { publishPlan } from '../plan/publish-plan.ts';

interface DemoPlan {
  readonly name: string;
  readonly about: string;
  readonly price: number;
  readonly unit?: 'month' | 'week' | 'year';
  readonly state: 'draft' | 'live' | 'archived';
}

const PLANS: Readonly<Record<DemoStory['business'], readonly DemoPlan[]>> = {
  'lead-seller': [
    { name: 'Calling 40', about: 'We call 40 of your leads each month.', price: 19_900, state: 'live' },
    { name: 'Calling 100', about: 'We call 100 of your leads each month.', price: 39_900, state: 'live' },
    { name: 'Weekly report', about: 'What came of every call, each Monday.', price: 1_900, unit: 'week', state: 'live' },
    { name: 'Calling 250', about: 'For sales teams: 250 leads each month.', price: 84_900, state: 'draft' },
    { name: 'Calling 20', about: 'The small plan of earlier years.', price: 11_900, state: 'archived' },
  ],
  franchise: [
    { name: 'Territory', about: 'Enquiries of your own territory.', price: 14_900, state: 'live' },
    { name: 'Territory and website', about: 'Your territory, and a page of your own.', price: 22_900, state: 'live' },
    { name: 'Membership', about: 'A year in the franchise.', price: 95_000, unit: 'year', state: 'live' },
    { name: 'Two territories', about: 'For crews that grow.', price: 27_900, state: 'draft' },
    { name: 'Starter', about: 'The first plan of the franchise.', price: 9_900, state: 'archived' },
  ],
};

/** A plan of the demonstration that customers have. */
export interface SoldPlan {
  readonly id: Id;
  readonly name: string;
  readonly price: number;
  readonly unit: 'month' | 'week' | 'year';
}

/** The plans of a demonstration business, through the use cases: some on sale, a draft, one that is not sold any more. */
export async function tellPlans(ctx: Ctx, story: DemoStory): Promise<readonly SoldPlan[]> {
  const sold: SoldPlan[] = [];
  for (const { name, about, price, unit = 'month', state } of PLANS[story.business]) {
    const id = await createPlan(ctx, WritePlan.parse({ name, about, every: { unit, count: 1 }, prices: [{ amount: price, currency: ctx.tenant.currency }] }));
    if (state !== 'draft') await publishPlan(ctx, id);
    if (state === 'archived') await archivePlan(ctx, id);
    if (state === 'live') sold.push({ id, name, price, unit });
  }
  return sold;
}
