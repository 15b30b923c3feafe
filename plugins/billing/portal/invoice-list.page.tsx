import type { PageProps } from '@portico/kit/page';
import { Button, ButtonLink, Card, EmptyState, NoMatch, PageBar, PageHead, type Selection, Toolbar, useFormat, useHydrated, useText } from '@portico/ui';
import { useSearchParams } from '@portico/ui/navigation';
import type { ReactNode } from 'react';
import { InvoiceTable, useInvoiceFilters } from '../views/invoice-words.tsx';
import type { load } from './invoice-list.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];

const isPayable = ({ open, checking }: Row): boolean => open.amount > 0 && !checking;

/** The customer's invoices: looked for, narrowed, and paid several at once. */
export default function InvoiceList({ data }: PageProps<typeof load>) {
  const t = useText();
  const [params] = useSearchParams();
  const actions = (
    <>
      {data.isOwing && (
        <ButtonLink look="main" href="/billing/pay" reload>
          {t('billing.pay.balance')}
        </ButtonLink>
      )}
      {data.data.length > 0 && (
        <ButtonLink icon="download" href={`/api/v1/billing/invoices/csv?${shownIn(params)}`} reload>
          {t('billing.statement.csv')}
        </ButtonLink>
      )}
    </>
  );
  return (
    <>
      <PageHead title={t('billing.invoices')} sub={t('billing.invoices.about')} actions={actions} />
      <Card flush label={t('billing.invoices')}>
        <Toolbar
          search={{ label: t('billing.invoices.find'), placeholder: t('billing.invoices.find.example') }}
          filters={useInvoiceFilters(['open', 'past-due', 'paid', 'void'])}
        />
        <InvoiceTable
          invoices={data.data}
          hrefOf={(invoice) => `/billing/invoices/${invoice.id}`}
          {...usePaying(data)}
          empty={data.isNarrowed ? <NoMatch /> : <EmptyState icon="bill" title={t('billing.invoices.empty')} text={t('billing.invoices.empty.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

/** The same filters and order for the file as for the page; what is empty or no filter is left out. */
function shownIn(params: URLSearchParams): URLSearchParams {
  const names = ['status', 'q', 'from', 'to', 'sort'];
  return new URLSearchParams([...params].filter(([name, value]) => names.includes(name) && value !== ''));
}

/** Who may pay picks what is open: one by its own link, several with one charge. */
function usePaying({ data, mayPay }: PageProps<typeof load>['data']): { selection?: Selection<Row>; actions?: (row: Row) => ReactNode } {
  const t = useText();
  if (!mayPay || !data.some(isPayable)) return {};
  return {
    selection: {
      name: 'invoice',
      action: '/billing/pay',
      method: 'get',
      label: ({ number }) => t('billing.pay.pick-one', { number: number ?? '' }),
      disabled: (row) => !isPayable(row),
      bar: (picked) => <PayPicked picked={picked} />,
    },
    actions: (row) =>
      isPayable(row) && (
        <ButtonLink small href={`/billing/pay?invoice=${row.id}`} reload>
          {t('billing.pay')}
        </ButtonLink>
      ),
  };
}

/** What the picked ones come to stands on the button; one charge is for one bill group in one currency. */
function PayPicked({ picked }: { readonly picked: readonly Row[] }) {
  const t = useText();
  const format = useFormat();
  const isHydrated = useHydrated();
  const [first] = picked;
  const isOne = picked.every(({ billGroupId, open }) => billGroupId === first?.billGroupId && open.currency === first.open.currency);
  const total = { amount: picked.reduce((sum, { open }) => sum + open.amount, 0), currency: first?.open.currency ?? '' };
  return (
    <>
      {!isOne && <span className="ui-small ui-quiet">{t('billing.pay.one-by-one')}</span>}
      <Button small look="main" disabled={isHydrated && !first}>
        {first && isOne ? t('billing.pay.picked', { count: picked.length, amount: format.money(total) }) : t('billing.pay.picked-some')}
      </Button>
    </>
  );
}
