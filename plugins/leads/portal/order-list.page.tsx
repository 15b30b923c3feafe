import type { PageProps } from '@portico/kit/page';
import { Card, EmptyState, type Filter, Flash, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { OrderTable } from '../views/order-table.tsx';
import { PauseButton } from '../views/pause-button.tsx';
import type { load } from './order-list.server.ts';

/** The Order Manager. */
export default function OrderList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'state',
    label: t('leads.order.status'),
    all: t('leads.filter.all-states'),
    options: (['open', 'paused', 'closed'] as const).map((value) => ({ value, label: t(`leads.order.${value}`) })),
  };
  return (
    <>
      <PageHead title={t('leads.orders')} sub={t('leads.orders.about')} banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>} />
      <Card flush label={t('leads.orders')}>
        <Toolbar filters={[states]} />
        <OrderTable
          orders={data.data}
          hrefOf={(order) => `/leads/orders/${order.id}`}
          actions={data.mayPause ? (order) => <PauseButton order={order} /> : undefined}
          empty={data.isNarrowed ? <NoMatch /> : <EmptyState icon="order" title={t('leads.orders.empty')} text={t('leads.orders.empty.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
