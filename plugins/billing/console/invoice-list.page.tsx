import type { PageProps, Refusal } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, Flash, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { InvoiceTable, useInvoiceFilters } from '../views/invoice-words.tsx';
import { crumbsOf } from '../views/of-customer.tsx';
import { PickedInvoices } from '../views/picked-invoices.tsx';
import type { load } from './invoice-list.server.ts';

type Props = PageProps<typeof load>;

/** All invoices of the business; what customers cannot see says so in its status. Several are sent, reminded of, paid or made void at once. */
export default function InvoiceList({ data, refusal }: Props) {
  const t = useText();
  const newHref = `/console/billing/invoices/new${data.of ? `?for=${data.of.accountId}` : ''}`;
  const create = (
    <ButtonLink look="main" href={newHref}>
      {t('billing.invoice-new')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead
        crumbs={crumbsOf(data.of)}
        title={t('billing.invoices')}
        sub={t('billing.invoices.console-about')}
        actions={create}
        banner={saidOf(refusal) && <Flash tone="bad">{saidOf(refusal)}</Flash>}
      />
      <Card flush label={t('billing.invoices')}>
        <Toolbar
          search={{ label: t('billing.invoice.number'), placeholder: '1004', name: 'number' }}
          filters={useInvoiceFilters(['draft', 'unsent', 'open', 'past-due', 'paid', 'void', 'written-off'], 'written')}
        />
        <InvoiceTable
          invoices={data.data}
          withAccount
          hrefOf={(invoice) => `/console/billing/invoices/${invoice.id}`}
          selection={{
            label: ({ number, account }) => (number === null ? t('billing.invoices.pick-draft', { account }) : t('billing.pay.pick-one', { number })),
            bar: (picked) => <PickedInvoices picked={picked} formId={refusal?.typed['formId'] ?? data.formId} refusal={refusal} />,
          }}
          empty={
            data.isNarrowed ? <NoMatch /> : <EmptyState icon="bill" title={t('billing.invoices.none')} text={t('billing.invoices.none.text')} action={create} />
          }
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

// What is wrong with the pick stands above the list; what is wrong with the reason, at its field.
const saidOf = (refusal: Refusal | undefined): string | undefined => refusal?.say ?? refusal?.fields['ids'] ?? refusal?.fields['ids.0'];
