import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { InvoiceTable } from '../views/invoice-words.tsx';
import { crumbsOf } from '../views/of-customer.tsx';
import type { load } from './invoice-list.server.ts';

/** All invoices of the business; what customers cannot see says so in its status. */
export default function InvoiceList({ data }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'status',
    label: t('billing.status'),
    all: t('billing.filter.all'),
    options: (['draft', 'unsent', 'open', 'past-due', 'paid', 'void', 'written-off'] as const).map((value) => ({
      value,
      label: t(`billing.invoice.${value}`),
    })),
  };
  const create = (
    <ButtonLink look="main" href="/console/billing/invoices/new">
      {t('billing.invoice-new')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead crumbs={crumbsOf(data.of)} title={t('billing.invoices')} sub={t('billing.invoices.console-about')} actions={create} />
      <Card flush label={t('billing.invoices')}>
        <Toolbar filters={[states]} />
        <InvoiceTable
          invoices={data.data}
          withAccount
          hrefOf={(invoice) => `/console/billing/invoices/${invoice.id}`}
          empty={
            data.isNarrowed ? <NoMatch /> : <EmptyState icon="bill" title={t('billing.invoices.none')} text={t('billing.invoices.none.text')} action={create} />
          }
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
