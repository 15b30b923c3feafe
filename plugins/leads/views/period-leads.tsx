import { Anchor, Card, Facts, Stack, useFormat, useText } from '@portico/ui';
import type { PeriodLeads } from '../plan/period-leads.queries.ts';

interface Props {
  readonly used: readonly PeriodLeads[];
  readonly orderHref: (orderId: string) => string;
}

/** Leads counted against the plan in this period, and apart from them those above it. */
export function PeriodLeadsCard({ used, orderHref }: Props) {
  const t = useText();
  const format = useFormat();
  if (used.length === 0)
    return (
      <Card title={t('leads.plan.used')}>
        <p className="ui-quiet">{t('leads.plan.used.none')}</p>
      </Card>
    );
  return (
    <Card title={t('leads.plan.used')}>
      <Stack>
        {used.map(({ orderId, orderNumber, type, startsOn, endsOn, included, counted, overage }) => (
          <Stack key={orderId}>
            <p>{t('leads.plan.used.period', { from: format.when(startsOn, 'long'), to: format.when(endsOn, 'long') })}</p>
            <Facts
              facts={[
                { label: type, value: t('leads.plan.used.counted', { counted, included }) },
                { label: t('leads.plan.used.left'), value: t('leads.count', { count: included - counted }) },
                { label: t('leads.plan.used.overage'), value: overage > 0 ? t('leads.count', { count: overage }) : t('leads.plan.used.no-overage') },
                { label: t('leads.order'), value: <Anchor href={orderHref(orderId)}>{String(orderNumber)}</Anchor> },
              ]}
            />
          </Stack>
        ))}
      </Stack>
    </Card>
  );
}
