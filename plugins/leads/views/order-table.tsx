import { Anchor, Chip, type Column, DataTable, DateTime, Money, Num, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import type { OrderView } from '../order/order.queries.ts';

/** The state of an order in a word. A filled order is open all the same (issue: S2). */
export function OrderChip({ order }: { readonly order: Pick<OrderView, 'state' | 'filled' | 'upcoming'> }) {
  const t = useText();
  if (order.state === 'closed') return <Chip>{t('leads.order.closed')}</Chip>;
  if (order.state === 'paused') return <Chip tone="wait">{t('leads.order.paused')}</Chip>;
  if (order.filled) return <Chip tone="info">{t('leads.order.filled')}</Chip>;
  return <Chip tone={order.upcoming ? 'info' : 'good'}>{t(order.upcoming ? 'leads.order.upcoming' : 'leads.order.open')}</Chip>;
}

/** A figure of an order in what it counts: "40 leads", "$1,000.00". */
export function Counted({ order, value }: { readonly order: Pick<OrderView, 'counts' | 'price'>; readonly value: number }) {
  const t = useText();
  if (order.counts === 'money') return <Money value={{ amount: value, currency: order.price.currency }} />;
  return <span className="ui-num">{t('leads.count', { count: value })}</span>;
}

interface OrderTableProps {
  readonly orders: readonly OrderView[];
  readonly hrefOf: (order: OrderView) => string;
  readonly withAccount?: boolean;
  readonly actions?: (order: OrderView) => ReactNode;
  readonly empty: ReactNode;
}

/** A list of orders with the eleven columns of; what an order counts stands at each figure. */
export function OrderTable({ orders, hrefOf, withAccount, actions, empty }: OrderTableProps) {
  const t = useText();
  const onOff = (is: boolean) => t(is ? 'leads.on' : 'leads.off');
  const columns: Column<OrderView>[] = [
    {
      key: 'number',
      header: t('leads.order.id'),
      sort: true,
      firstWay: 'descending',
      lead: true,
      cell: (order) => (
        <>
          <Anchor href={hrefOf(order)}>{order.number}</Anchor>
          <br />
          <small className="ui-quiet">{withAccount ? `${order.account} · ${order.type}` : order.type}</small>
        </>
      ),
    },
    { key: 'starts', header: t('leads.order.starts'), cell: (order) => <DateTime at={order.startsOn} look="day" /> },
    { key: 'ends', header: t('leads.order.ends'), cell: (order) => (order.endsOn ? <DateTime at={order.endsOn} look="day" /> : '–') },
    { key: 'status', header: t('leads.order.status'), cell: (order) => <OrderChip order={order} /> },
    { key: 'renewal', header: t('leads.order.renewal'), cell: (order) => onOff(order.renewal) },
    { key: 'auto-charge', header: t('leads.order.auto-charge'), cell: (order) => onOff(order.autoCharge) },
    { key: 'total', header: t('leads.order.total'), align: 'end', cell: (order) => <Counted order={order} value={order.total} /> },
    {
      key: 'received',
      header: t('leads.order.received'),
      align: 'end',
      cell: (order) => (order.counts === 'leads' ? <Num value={order.received} /> : <Counted order={order} value={order.received} />),
    },
    {
      key: 'remaining',
      header: t('leads.order.remaining'),
      align: 'end',
      cell: (order) => (order.counts === 'leads' ? <Num value={order.remaining} /> : <Counted order={order} value={order.remaining} />),
    },
    { key: 'cost', header: t('leads.order.cost'), align: 'end', cell: (order) => <Money value={order.cost} /> },
    { key: 'paid', header: t('leads.order.paid'), align: 'end', cell: (order) => <Money value={order.paid} /> },
  ];
  return (
    <DataTable caption={t('leads.orders')} columns={columns} rows={orders} rowKey={(order) => order.id} defaultSort="-number" actions={actions} empty={empty} />
  );
}
