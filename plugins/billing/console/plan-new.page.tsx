import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, useText } from '@portico/ui';
import { PlanFields } from '../views/plan-fields.tsx';
import { planFields } from '../views/plan-problems.ts';
import type { load } from './plan-new.server.ts';

/** Writes a plan down, as a draft. */
export default function PlanNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const refused = refusal && { ...refusal, fields: planFields(refusal.fields, data.currencies) };
  return (
    <>
      <PageHead crumbs={[{ label: t('billing.plans'), href: '/console/billing/plans' }]} title={t('billing.plan-new')} sub={t('billing.plan-new.about')} />
      <FormCard submit={t('billing.plan-new.submit')} cancel="/console/billing/plans" refusal={refused}>
        <input type="hidden" name="planId" value={refusal?.typed['planId'] ?? data.planId} />
        <PlanFields currencies={data.currencies} />
      </FormCard>
    </>
  );
}
