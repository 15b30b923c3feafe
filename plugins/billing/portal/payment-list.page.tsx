import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, PageBar, PageHead, useText } from '@portico/ui';
import { PaymentTable } from '../views/payment-table.tsx';
import type { load } from './payment-list.server.ts';

/** Every payment that the customer made. */
export default function PaymentList({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('billing.payments-made')} sub={t('billing.payments-made.about')} />
      <Card flush label={t('billing.payments-made')}>
        <PaymentTable
          payments={data.data}
          invoiceHref={(id) => `/billing/invoices/${id}`}
          actions={({ id, number }) => (
            <ButtonLink small icon="download" href={`/api/v1/billing/payments/${id}/receipt`} aria-label={t('billing.receipt.title', { number })} reload>
              {t('billing.receipt')}
            </ButtonLink>
          )}
          empty={<EmptyState icon="bill" title={t('billing.payments.empty')} text={t('billing.payments.empty.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
