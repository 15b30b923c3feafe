import { Anchor, type Column, DataTable, DateTime, Money, useText } from '@portico/ui';
import { Fragment, type ReactNode } from 'react';
import type { PaymentRow } from '../payment/payment.queries.ts';

interface Props<Row extends PaymentRow> {
  readonly payments: readonly Row[];
  readonly withAccount?: boolean;
  /** Where an invoice's page is. */
  readonly invoiceHref: (invoiceId: string) => string;
  /** A part of another page: its columns are not sorted by. */
  readonly plain?: boolean;
  readonly actions?: (payment: Row) => ReactNode;
  readonly empty: ReactNode;
}

const arrived = ({ refunded, onItsWayBack }: PaymentRow): PaymentRow['refunded'] => ({ ...refunded, amount: refunded.amount - onItsWayBack.amount });

function Aside({ text, value }: { readonly text: string; readonly value: PaymentRow['refunded'] }) {
  if (value.amount === 0) return null;
  return (
    <>
      <br />
      <small className="ui-quiet">
        {text} <Money value={value} />
      </small>
    </>
  );
}

/** A list of payments: when, how, how much, and for which invoices. */
export function PaymentTable<Row extends PaymentRow>({ payments, withAccount, plain, invoiceHref, actions, empty }: Props<Row>) {
  const t = useText();
  const columns: Column<Row>[] = [
    {
      key: 'received',
      header: t('billing.payment.received-on'),
      lead: true,
      sort: !plain,
      firstWay: 'descending',
      cell: (payment) => <DateTime at={payment.receivedOn} look="day" />,
    },
    { key: 'number', header: t('billing.payment.id'), cell: (payment) => payment.number },
    ...(withAccount ? [{ key: 'account', header: t('billing.customer'), cell: (payment: Row) => payment.account }] : []),
    {
      key: 'how',
      header: t('billing.payment.how'),
      cell: (payment) => (
        <>
          {payment.described || t(`billing.road.${payment.road}`)}
          {payment.note && <small className="ui-quiet"> · {payment.note}</small>}
        </>
      ),
    },
    {
      key: 'for',
      header: t('billing.payment.for'),
      cell: (payment) =>
        payment.invoices.length === 0
          ? '–'
          : payment.invoices.map(({ id, number }, at) => (
              <Fragment key={id}>
                {at > 0 && ', '}
                <Anchor href={invoiceHref(id)}>{t('billing.invoice.title', { number })}</Anchor>
              </Fragment>
            )),
    },
    {
      key: 'amount',
      header: t('billing.amount'),
      align: 'end',
      cell: (payment) => (
        <>
          <Money value={payment.amount} />
          <Aside text={t('billing.payment.refunded')} value={arrived(payment)} />
          <Aside text={t('billing.payment.on-its-way-back')} value={payment.onItsWayBack} />
          <Aside text={t('billing.payment.did-not-go-back')} value={payment.didNotGoBack} />
        </>
      ),
    },
  ];
  return (
    <DataTable
      caption={t('billing.payments')}
      columns={columns}
      rows={payments}
      rowKey={(payment) => payment.id}
      defaultSort="-received"
      actions={actions}
      empty={empty}
    />
  );
}
