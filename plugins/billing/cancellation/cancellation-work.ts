import type { Id } from '@portico/kit';
import { applyEffects, sql, type StepOutcome, type Tx, workCase } from '@portico/kit/server';
import { cancellation } from '@portico/workflows/cancellation';
import { Cancellation } from './cancellation.model.ts';

const theCancellation = (tx: Tx, id: Id) => tx.query(Cancellation).findById(id).throwIfNotFound();

/** The people of the customer who manage the account are told; skipped when no mail reaches any of them. */
async function mailCustomer(tx: Tx, id: Id, template: string): Promise<StepOutcome | undefined> {
  const { tenant } = tx.ctx;
  const { subscription_id, account_id, takes_effect_at } = await theCancellation(tx, id);
  const people = await tx.rows<{ userId: Id; plan: string }>(sql`select m.user_id as "userId", p.name as plan from accounts.member_v1 m
    join portico.users u on u.tenant_id = ${tenant.id} and u.id = m.user_id and u.enabled and u.email is not null
    join billing.subscriptions s on s.tenant_id = ${tenant.id} and s.id = ${subscription_id}
    join billing.plans p on p.tenant_id = ${tenant.id} and p.id = s.plan_id
    where m.tenant_id = ${tenant.id} and m.account_id = ${account_id} and m.is_admin and m.enabled`);
  for (const { userId, plan } of people) await tx.mail(template, userId, { plan, subscriptionId: subscription_id, endsAt: takes_effect_at });
  return people.length > 0 ? undefined : 'skipped';
}

/** What each step of a cancellation does (S5). */
export const cancellationWork = workCase(cancellation, {
  facts: async (tx, id) => {
    const { asked_at, takes_effect_at, state, because } = await theCancellation(tx, id);
    return { requestedAt: asked_at, takesEffectAt: takes_effect_at ?? asked_at, undone: state === 'undone', unpaid: because === 'unpaid' };
  },
  steps: {
    'confirm-request': (tx, id) => mailCustomer(tx, id, 'cancellation-begun'),

    'apply-effects': applyEffects(
      (id) => id,
      async (tx, id) => {
        const row = await theCancellation(tx, id);
        await row.$query(tx.sql).patch({ state: 'ended', settled_at: tx.ctx.clock.now() });
      },
    ),

    'confirm-end': async (tx, id) => mailCustomer(tx, id, (await theCancellation(tx, id)).because === 'unpaid' ? 'unpaid-ended' : 'cancellation-ended'),
  },
});
