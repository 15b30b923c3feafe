import type { PageProps } from '@portico/kit/page';
import { Card, EmptyState, PageBar, PageHead, useText } from '@portico/ui';
import { PaymentTable } from '../views/payment-table.tsx';
import type { load } from './payment-list.server.ts';

/** Every payment that came in. */
export default function PaymentList({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('billing.payments')} sub={t('billing.payments.about')} />
      <Card flush label={t('billing.payments')}>
        <PaymentTable
          payments={data.data}
          withAccount
          invoiceHref={(id) => `/console/billing/invoices/${id}`}
          empty={<EmptyState icon="bill" title={t('billing.payments.none')} text={t('billing.payments.none.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
