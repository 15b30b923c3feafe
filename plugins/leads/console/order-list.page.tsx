import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { OrderTable } from '../views/order-table.tsx';
import type { load } from './order-list.server.ts';

/** Every order of the business: what was sold, what was delivered, what was paid. */
export default function OrderList({ data }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'state',
    label: t('leads.order.status'),
    all: t('leads.filter.all-states'),
    options: (['open', 'paused', 'closed'] as const).map((value) => ({ value, label: t(`leads.order.${value}`) })),
  };
  const create = (
    <ButtonLink look="main" icon="plus" href="/console/leads/orders/new">
      {t('leads.order-new')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead title={t('leads.orders')} sub={t('leads.console.orders.about')} actions={create} />
      <Card flush label={t('leads.orders')}>
        <Toolbar filters={[states]} />
        <OrderTable
          orders={data.data}
          withAccount
          hrefOf={(order) => `/console/leads/orders/${order.id}`}
          empty={
            data.isNarrowed ? (
              <NoMatch />
            ) : (
              <EmptyState icon="order" title={t('leads.orders.empty')} text={t('leads.console.orders.empty.text')} action={create} />
            )
          }
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
