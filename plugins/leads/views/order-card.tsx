import type { ReactNode } from 'react';
import { Card, type Column, DataTable, DateTime, Facts, Headline, Meter, Money, PageBar, type PageBarProps, Stack, useFormat, useText } from '@portico/ui';
import type { OrderView, PaymentView } from '../order/order.queries.ts';
import { Counted, OrderChip } from './order-table.tsx';

/** What is left of an order, as a large figure and a bar. */
export function OrderProgress({ order }: { readonly order: OrderView }) {
  const t = useText();
  const format = useFormat();
  const say = (value: number) => (order.counts === 'money' ? format.money({ amount: value, currency: order.price.currency }) : format.number(value));
  return (
    <Card label={t('leads.order.progress')}>
      <Stack>
        <Headline label={t('leads.order.remaining')} value={<Counted order={order} value={order.remaining} />} note={<OrderChip order={order} />} />
        <Meter
          value={order.received}
          max={order.total}
          label={t('leads.order.progress')}
          text={t(`leads.order.progress-${order.counts}`, { received: say(order.received), total: say(order.total) })}
        />
      </Stack>
    </Card>
  );
}

/** Everything that was agreed about an order. */
export function OrderFacts({ order }: { readonly order: OrderView }) {
  const t = useText();
  return (
    <Card title={t('leads.order.terms')}>
      <Facts
        facts={[
          { label: t('leads.column.type'), value: order.type },
          { label: t('leads.order.bill-group'), value: `${order.account} · ${order.billGroup}` },
          { label: t('leads.order.starts'), value: <DateTime at={order.startsOn} look="long" /> },
          { label: t('leads.order.ends'), value: order.endsOn && <DateTime at={order.endsOn} look="long" /> },
          { label: t('leads.order.total'), value: <Counted order={order} value={order.total} /> },
          { label: t('leads.order.received'), value: <Counted order={order} value={order.received} /> },
          { label: t('leads.order.price'), value: <Money value={order.price} /> },
          { label: t('leads.order.cost'), value: <Money value={order.cost} /> },
          { label: t('leads.order.paid'), value: <Money value={order.paid} /> },
          { label: t('leads.order.places'), value: order.places.length > 0 ? order.places.join(', ') : t('leads.order.everywhere') },
          { label: t('leads.order.returns'), value: t(order.acceptsReturns ? 'leads.yes' : 'leads.no') },
          { label: t('leads.order.renewal'), value: t(order.renewal ? 'leads.on' : 'leads.off') },
          { label: t('leads.order.auto-charge'), value: t(order.autoCharge ? 'leads.on' : 'leads.off') },
        ]}
      />
    </Card>
  );
}

/** What happens next with an order that renews, or where its renewal stands. */
export function OrderNext({ order, area }: { readonly order: OrderView; readonly area: 'portal' | 'console' }) {
  const t = useText();
  if (!order.renewal) return null;
  const { nextOrder } = order;
  return (
    <Card title={t('leads.order.next')}>
      {nextOrder ? (
        <p>
          {t('leads.order.next-opened')}{' '}
          <a href={`${area === 'console' ? '/console/leads/orders' : '/leads/orders'}/${nextOrder.id}`}>
            {t('leads.order.title', { order: nextOrder.number })}
          </a>
        </p>
      ) : (
        <NextWords order={order} area={area} />
      )}
    </Card>
  );
}

function NextWords({ order, area }: { readonly order: OrderView; readonly area: 'portal' | 'console' }) {
  const t = useText();
  const format = useFormat();
  if (order.renewalInvoice !== null) return <p>{t('leads.order.next-invoice', { invoice: order.renewalInvoice })}</p>;
  // why staff must look is theirs to know
  if (order.renewalAttention) return <p>{t(area === 'console' ? `leads.renewal.attention.${order.renewalAttention}` : 'leads.order.next-later')}</p>;
  if (order.state === 'paused') return <p>{t('leads.order.next-paused')}</p>;
  if (order.state === 'closed' && order.endsOn === null) return <p>{t('leads.order.next-closed')}</p>;
  return (
    <>
      <p>{order.endsOn ? t('leads.order.next-filled-or-over', { day: format.when(order.endsOn, 'long') }) : t('leads.order.next-filled')}</p>
      {order.autoCharge && order.renewalPrice.amount > 0 && <p>{t('leads.order.next-charge', { amount: format.money(order.renewalPrice) })}</p>}
    </>
  );
}

interface PaymentsProps {
  readonly payments: readonly PaymentView[];
  /** A button at the end of a payment's row. */
  readonly takeBack?: (payment: PaymentView) => ReactNode;
  /** Where this page stands among all payments; shown when there are more than these. */
  readonly pages?: Omit<PageBarProps, 'shown'>;
}

/** The payments that staff recorded on an order, and what took some of them back. */
export function OrderPayments({ payments, takeBack, pages }: PaymentsProps) {
  const t = useText();
  const columns: Column<PaymentView>[] = [
    {
      key: 'paid-on',
      header: t('leads.order.paid-on'),
      cell: (payment) => (
        <>
          <DateTime at={payment.paidOn} look="day" />
          {payment.reverses && <small> · {t('leads.payment.takes-back')}</small>}
          {payment.isTakenBack && <small> · {t('leads.payment.taken-back')}</small>}
          {payment.note && <small className="ui-quiet"> · {payment.note}</small>}
        </>
      ),
    },
    { key: 'amount', header: t('leads.order.amount'), align: 'end', cell: (payment) => <Money value={payment.amount} /> },
  ];
  if (payments.length === 0)
    return (
      <Card title={t('leads.order.payments')}>
        <p className="ui-quiet">{t('leads.order.no-payments')}</p>
      </Card>
    );
  return (
    <Card title={t('leads.order.payments')} flush>
      <DataTable caption={t('leads.order.payments')} columns={columns} rows={payments} rowKey={(payment) => payment.id} actions={takeBack} />
      {pages && pages.total !== payments.length && <PageBar shown={payments.length} {...pages} />}
    </Card>
  );
}
