import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { InvoiceTable } from '../views/invoice-words.tsx';
import type { load } from './invoice-list.server.ts';

/** The customer's invoices. */
export default function InvoiceList({ data }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'status',
    label: t('billing.status'),
    all: t('billing.filter.all'),
    options: (['open', 'past-due', 'paid', 'void'] as const).map((value) => ({ value, label: t(`billing.invoice.${value}`) })),
  };
  const pay = data.isOwing && (
    <ButtonLink look="main" href="/billing/pay" reload>
      {t('billing.pay.balance')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead title={t('billing.invoices')} sub={t('billing.invoices.about')} actions={pay} />
      <Card flush label={t('billing.invoices')}>
        <Toolbar filters={[states]} />
        <InvoiceTable
          invoices={data.data}
          hrefOf={(invoice) => `/billing/invoices/${invoice.id}`}
          empty={data.isNarrowed ? <NoMatch /> : <EmptyState icon="bill" title={t('billing.invoices.empty')} text={t('billing.invoices.empty.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
