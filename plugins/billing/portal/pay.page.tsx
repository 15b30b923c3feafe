import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  Button,
  ButtonLink,
  Card,
  CheckField,
  Chip,
  type Column,
  DataTable,
  DateTime,
  EmptyState,
  Money,
  Notice,
  PageHead,
  Split,
  Stack,
  useText,
} from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import { Checking, ConfirmAtBank, PayForm, PaySum } from '../views/pay-form.tsx';
import type { load } from './pay.server.ts';

type Data = PageProps<typeof load>['data'];
type Row = Data['all'][number];

/** The whole balance, or the invoices that were chosen, with one charge. */
export default function Pay({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { all, chosen, form, formId, cards, waiting } = data;
  const rows = all.filter(({ id }) => chosen.includes(id));
  const head = <PageHead title={t('billing.pay')} crumbs={[{ label: t('billing.invoices'), href: '/billing/invoices' }]} sub={t('billing.pay.about')} />;
  if (all.length === 0)
    return (
      <>
        {head}
        <EmptyState
          icon="check"
          title={t('billing.pay.nothing')}
          text={t('billing.pay.nothing.text')}
          action={<ButtonLink href="/billing/invoices">{t('billing.invoices')}</ButtonLink>}
        />
      </>
    );
  const total = { amount: rows.reduce((sum, { open }) => sum + open.amount, 0), currency: (rows[0] ?? all[0]!).open.currency };
  return (
    <>
      {head}
      <Split
        side={
          <Stack>
            <PaySum label={t('billing.pay.to-pay')} total={total} changed={data.changed} />
            {waiting && form && <ConfirmAtBank form={form} {...waiting} />}
            {!waiting && rows.length === 0 && <Checking />}
            {!form && <Notice tone="wait" title={t('billing.no-card-payments')} />}
            {form && rows.length > 0 && (
              <Card title={t('billing.pay.by-card')}>
                <PayForm
                  whole={data.isWhole}
                  total={total}
                  invoices={rows.map(({ id, open }) => ({ id, amount: open.amount }))}
                  formId={formId}
                  form={form}
                  cards={cards}
                  {...(data.autoPayFor ? { autoPayFor: data.autoPayFor } : {})}
                  refusal={refusal}
                />
              </Card>
            )}
          </Stack>
        }
      >
        <Choose all={all} chosen={chosen} />
      </Split>
    </>
  );
}

/** Which invoices: a form that asks for the same page again, so that the sum is the server's. */
function Choose({ all, chosen }: { readonly all: readonly Row[]; readonly chosen: readonly string[] }) {
  const t = useText();
  const columns: Column<Row>[] = [
    {
      key: 'pick',
      header: t('billing.pay.pick'),
      cell: ({ id, number, checking }) =>
        checking ? (
          <Chip tone="wait">{t('billing.invoice.checking')}</Chip>
        ) : (
          <CheckField name="invoice" value={id} label={t('billing.invoice.title', { number })} defaultChecked={chosen.includes(id)} />
        ),
    },
    {
      key: 'due',
      header: t('billing.invoice.due-on'),
      cell: ({ id, dueOn, pastDue }) => (
        <>
          <Anchor href={`/billing/invoices/${id}`}>
            <DateTime at={dueOn} look="day" />
          </Anchor>
          {pastDue && (
            <>
              {' '}
              <Chip tone="bad">{t('billing.invoice.past-due')}</Chip>
            </>
          )}
        </>
      ),
    },
    { key: 'open', header: t('billing.invoice.open-amount'), align: 'end', cell: ({ open }) => <Money value={open} /> },
  ];
  return (
    <Card title={t('billing.pay.what')} flush>
      <Form method="get" reloadDocument>
        <DataTable caption={t('billing.pay.what')} columns={columns} rows={all} rowKey={({ id }) => id} />
        <div className="ui-card-foot">
          <Button>{t('billing.pay.choose')}</Button>
        </div>
      </Form>
    </Card>
  );
}
