import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { bothWidths, demand, inBothThemes, inBusiness, mails, moveClock, settled, until, type Business, type Screen } from '@portico/testing/browser';
import { postLead } from './test/lead-market.ts';
import { buyPlan, openPlanMarket, ordersOf, queueOf, type BoughtPlan, type PlanMarket } from './test/plan-market.ts';

const stateOf = async (business: Business, { subscriptionId }: BoughtPlan): Promise<string> =>
  (await demand<{ state: string }>(business, `/api/v1/billing/subscriptions/${subscriptionId}`, { key: 'owner' })).state;

/** What the rows say that the preview must say. */
const renewalInRows = (business: Business, { subscriptionId }: BoughtPlan): Promise<string> =>
  inBusiness(business, async (query) => {
    const [row] = await query('select renews_on::text as day from billing.subscriptions where id = $1', [subscriptionId]);
    return String(row!['day']);
  });

const longDay = (iso: string): string => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(`${iso}T00:00:00Z`));

test.each(bothWidths)(
  'S5: a customer cancels a plan, changes their mind, cancels again; staff take it back: $width px, light and dark',
  { timeout: 300_000 },
  (look) =>
    inBothThemes('s5-cancel', look, async (screen) => {
      const market = await openPlanMarket();
      const plan = await buyPlan(market, 'Calling 5', 3);
      const other = await buyPlan(market, 'Calling 5 North', 2);
      await staffCall(screen, market, plan);
      const page = await customerSignsIn(screen, market);
      await seePlanDetails(screen, market, plan, page);
      await confirmWhatIsShown(screen, market, plan, page);
      await undo(screen, market, plan, page);
      await letItTakeEffect(screen, market, plan, other, page);
      await takeBack(screen, market, plan, other);
    }),
);

/** The first sign-in: staff chose the password, so the customer chooses another one. */
async function customerSignsIn(screen: Screen, { business }: PlanMarket): Promise<Page> {
  const page = await screen.signIn(business, 'account-admin');
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  await page.getByLabel('Current password', { exact: true }).fill('a first password');
  await page.getByLabel('New password', { exact: true }).fill('a quiet pond at dawn');
  await page.getByLabel('New password again', { exact: true }).fill('a quiet pond at dawn');
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor({ state: 'hidden' });
  await settled(page);
  return page;
}

/** Staff see what waits, the oldest first, mark one called, and take the mark back. */
async function staffCall(screen: Screen, { business }: PlanMarket, plan: BoughtPlan): Promise<void> {
  const page = await screen.signIn(business, 'owner');
  await screen.go(business, `/console/leads/queue?plan=${plan.planId}`);
  await page.getByRole('heading', { level: 1, name: 'Call queue' }).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(3);
  expect(await page.locator('tbody a[href^="tel:+1"]').count()).toBe(3);
  await screen.step('call-queue', { examine: true });
  await page.locator('tbody a[href^="/console/leads/queue/"]').first().click();
  await page.getByRole('button', { name: 'Mark called' }).waitFor();
  await settled(page);
  await page.getByRole('button', { name: 'Mark called' }).click();
  await page.getByText('Choose what came of the call.').first().waitFor();
  await page.getByLabel('No answer').check();
  await page.getByLabel('Note').fill('Voice mail');
  await screen.step('call', { examine: true });
  await page.getByRole('button', { name: 'Mark called' }).click();
  await page.getByText('No answer · Voice mail').waitFor();
  await screen.step('called', { examine: true });
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ called: 1, queued: 2 });
  await page.getByRole('button', { name: 'Mistake: put it back' }).click();
  await page.getByRole('button', { name: 'Mark called' }).waitFor();
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ queued: 3 });
}

/** Leads counted against the plan, and the button at the upper right. */
async function seePlanDetails(screen: Screen, { business }: PlanMarket, { subscriptionId }: BoughtPlan, page: Page): Promise<void> {
  await screen.go(business, `/billing/subscriptions/${subscriptionId}`);
  await page.getByRole('heading', { name: 'Plan Details' }).waitFor();
  await page.getByText('3 of 5 counted against the plan').waitFor();
  await screen.step('plan-details', { examine: true });
  const button = (await page.getByRole('link', { name: 'Cancel Subscription' }).boundingBox())!;
  const card = (await page.getByRole('heading', { name: 'Plan Details' }).boundingBox())!;
  expect(button.y).toBeLessThan(card.y);
  if (screen.look.width === 1280) expect(button.x).toBeGreaterThan(640);
  await page.getByRole('link', { name: 'Cancel Subscription' }).click();
  await page.getByRole('heading', { name: 'What will happen' }).waitFor();
}

/** The list equals the rows; what changed since is shown before anything is done. */
async function confirmWhatIsShown(screen: Screen, { business }: PlanMarket, plan: BoughtPlan, page: Page): Promise<void> {
  const renewal = `The renewal of $99.00 on ${longDay(await renewalInRows(business, plan))} does not come`;
  await page.getByText(renewal).waitFor();
  await page.getByText('3 leads of this plan leave the call queue').waitFor();
  await page.getByText('1 lead order of this plan is closed').waitFor();
  await screen.step('preview', { examine: true });
  await postLead(plan.market, {}, 'owner');
  await settled(page);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByText('4 leads of this plan leave the call queue').waitFor();
  await screen.step('facts-changed', { examine: true });
  expect(await stateOf(business, plan)).toBe('active');
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ queued: 4 });
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
}

/** Until it takes effect the leads are held and nothing else is done; Undo leaves no trace. */
async function undo(screen: Screen, { business }: PlanMarket, plan: BoughtPlan, page: Page): Promise<void> {
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ held: 4 });
  expect(await ordersOf(business, plan.subscriptionId)).toEqual(['open']);
  await page.getByText('Until then you can change your mind: nothing is lost.').waitFor();
  await screen.step('countdown', { examine: true });
  const before = await renewalInRows(business, plan);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('A cancellation was undone').waitFor();
  await screen.step('undone', { examine: true });
  expect(await stateOf(business, plan)).toBe('active');
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ queued: 4 });
  expect(await renewalInRows(business, plan)).toBe(before);
}

/** The clock moves past the window: the leads of this plan leave the queue, those of the other stay. */
async function letItTakeEffect(screen: Screen, { business, email }: PlanMarket, plan: BoughtPlan, other: BoughtPlan, page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Cancel Subscription' }).click();
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  const staff = await screen.signIn(business, 'owner');
  await screen.go(business, `/console/leads/queue?state=held&plan=${plan.planId}`);
  expect(await staff.locator('tbody tr').count()).toBe(4);
  await staff.getByText('The plan is being cancelled. Do not call until it is decided.').first().waitFor();
  await screen.step('held', { examine: true });
  await moveClock(business.slug, 'PT11M');
  await until('the plan has ended', async () => (await stateOf(business, plan)) === 'ended');
  await until('the customer is told', async () => (await mails(business, email)).some(({ subject }) => subject.includes('has ended')));
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ withdrawn: 4 });
  expect(await ordersOf(business, plan.subscriptionId)).toEqual(['closed']);
  expect(await queueOf(business, other.subscriptionId)).toEqual({ queued: 2 });
  expect(await ordersOf(business, other.subscriptionId)).toEqual(['open']);
  await screen.go(business, `/billing/subscriptions/${plan.subscriptionId}`, page);
  await page.getByText('The plan ended').first().waitFor();
  expect(await page.getByRole('button', { name: 'Take back' }).count()).toBe(0);
  await screen.step('ended', { page, examine: true });
}

/** Staff take it back: every share in reverse. */
async function takeBack(screen: Screen, { business }: PlanMarket, plan: BoughtPlan, other: BoughtPlan): Promise<void> {
  const page = screen.page;
  await screen.go(business, `/console/billing/subscriptions/${plan.subscriptionId}`);
  await page.getByText('The plan goes on in its old rhythm.').waitFor();
  await screen.step('take-back', { examine: true });
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('A cancellation was taken back').waitFor();
  await screen.step('taken-back', { examine: true });
  expect(await stateOf(business, plan)).toBe('active');
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ queued: 4 });
  expect(await ordersOf(business, plan.subscriptionId)).toEqual(['open']);
  expect(await queueOf(business, other.subscriptionId)).toEqual({ queued: 2 });
}

test.each(bothWidths)(
  'S5: a plan ends with its paid period, or when staff say so, as the business has set: $width px, light and dark',
  { timeout: 300_000 },
  (look) =>
    inBothThemes('s5-cancel-settings', look, async (screen) => {
      const market = await openPlanMarket();
      const { business } = market;
      const late = await buyPlan(market, 'Calling 5', 1);
      const asked = await buyPlan(market, 'Calling 5 North', 1);
      const page = await customerSignsIn(screen, market);
      await endWithPeriod(screen, business, late, page);
      await askStaff(screen, business, asked, page);
    }),
);

const setCancel = (business: Business, cancel: string): Promise<unknown> =>
  demand(business, '/api/v1/workspace/plugins/billing/settings', { key: 'owner', method: 'PUT', json: { cancel } });

/** work goes on until the paid period ends, without anybody having to wait and press then. */
async function endWithPeriod(screen: Screen, business: Business, plan: BoughtPlan, page: Page): Promise<void> {
  await setCancel(business, 'period-end');
  await screen.go(business, `/billing/subscriptions/${plan.subscriptionId}/cancel`, page);
  await screen.step('period-end', { examine: true });
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await screen.step('ends-with-period', { examine: true });
  await moveClock(business.slug, 'P20D');
  expect(await stateOf(business, plan)).toBe('cancelling');
  await moveClock(business.slug, 'P15D');
  await until('the plan has ended', async () => (await stateOf(business, plan)) === 'ended');
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ withdrawn: 1 });
}

/** A request changes nothing until staff decide it; the customer sees how it stands. */
async function askStaff(screen: Screen, business: Business, plan: BoughtPlan, page: Page): Promise<void> {
  await setCancel(business, 'on-request');
  const address = `/billing/subscriptions/${plan.subscriptionId}`;
  const askForIt = async (): Promise<void> => {
    await screen.go(business, `${address}/cancel`, page);
    await page.getByLabel('Why do you cancel?').fill('We are full');
    await page.getByRole('button', { name: 'Ask to cancel' }).click();
    await page.getByText('The cancellation was asked for and waits for a decision.').waitFor();
  };
  await askForIt();
  await screen.step('asked', { examine: true });
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ queued: 1 });
  const staff = await screen.signIn(business, 'owner');
  await screen.go(business, `/console${address}`, staff);
  await screen.step('decide', { page: staff, examine: true });
  await staff.getByRole('button', { name: 'Refuse' }).click();
  await staff.getByText('A request to cancel was refused').waitFor();
  expect(await stateOf(business, plan)).not.toBe('cancelling');
  await askForIt();
  await screen.go(business, `/console${address}/cancel`, staff);
  await staff.getByRole('button', { name: 'Cancel it' }).click();
  await staff.getByRole('button', { name: 'Undo' }).waitFor();
  expect(await queueOf(business, plan.subscriptionId)).toEqual({ held: 1 });
}
