import type { PlannedCharge } from '../renewal/charge-what-was-sent.ts';
import { Anchor, Card, Chip, type Column, DataTable, type DataTableProps, DateTime, Facts, type Filter, Money, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import type { InvoiceCredit, InvoicePayment, InvoiceRow, InvoiceView } from '../invoice/invoice.queries.ts';

const TONES = {
  draft: 'neutral',
  unsent: 'wait',
  open: 'info',
  'partly-paid': 'info',
  'past-due': 'bad',
  paid: 'good',
  void: 'neutral',
  'written-off': 'neutral',
} as const;

/** How an invoice stands, in a word with a colour and a shape. */
export function InvoiceChip({ invoice }: { readonly invoice: Pick<InvoiceRow, 'status' | 'checking'> }) {
  const t = useText();
  if (invoice.checking) return <Chip tone="wait">{t('billing.invoice.checking')}</Chip>;
  return <Chip tone={TONES[invoice.status]}>{t(`billing.invoice.${invoice.status}`)}</Chip>;
}

/** The filters that every list of invoices has: how they stand, and when they were issued, or written. */
export function useInvoiceFilters(statuses: readonly InvoiceRow['status'][], days: 'issued' | 'written' = 'issued'): readonly Filter[] {
  const t = useText();
  return [
    {
      kind: 'select',
      name: 'status',
      label: t('billing.status'),
      all: t('billing.filter.all'),
      options: statuses.map((value) => ({ value, label: t(`billing.invoice.${value}`) })),
    },
    { kind: 'dates', name: 'days', label: t(days === 'issued' ? 'billing.invoice.issued-on' : 'billing.created'), from: 'from', to: 'to' },
  ];
}

interface TableProps extends Pick<DataTableProps<InvoiceRow>, 'selection' | 'actions'> {
  readonly invoices: readonly InvoiceRow[];
  readonly hrefOf: (invoice: InvoiceRow) => string;
  readonly withAccount?: boolean;
  /** A part of another page: its columns are not sorted by. */
  readonly plain?: boolean;
  readonly empty: ReactNode;
}

/** A list of invoices. */
export function InvoiceTable({ invoices, hrefOf, withAccount, plain, empty, ...more }: TableProps) {
  const t = useText();
  const sort = !withAccount && !plain;
  const columns: Column<InvoiceRow>[] = [
    {
      key: 'number',
      header: t('billing.invoice.number'),
      lead: true,
      cell: (invoice) => (
        <Anchor href={hrefOf(invoice)}>{invoice.number === null ? t('billing.invoice.draft') : t('billing.invoice.title', { number: invoice.number })}</Anchor>
      ),
    },
    ...(withAccount ? [{ key: 'account', header: t('billing.customer'), cell: (invoice: InvoiceRow) => invoice.account }] : []),
    { key: 'status', header: t('billing.status'), cell: (invoice) => <InvoiceChip invoice={invoice} /> },
    {
      key: 'issued',
      header: t('billing.invoice.issued-on'),
      sort,
      firstWay: 'descending',
      cell: (invoice) => (invoice.issuedOn ? <DateTime at={invoice.issuedOn} look="day" /> : '–'),
    },
    {
      key: 'due',
      header: t('billing.invoice.due-on'),
      sort,
      cell: (invoice) => (invoice.dueOn ? <DateTime at={invoice.dueOn} look="day" /> : '–'),
    },
    { key: 'total', header: t('billing.total'), align: 'end', sort, cell: (invoice) => <Money value={invoice.total} /> },
    { key: 'open', header: t('billing.invoice.open-amount'), align: 'end', cell: (invoice) => <Money value={invoice.open} /> },
  ];
  const shown = plain ? columns.filter(({ key }) => key !== 'issued' && key !== 'total') : columns;
  return (
    <DataTable caption={t('billing.invoices')} columns={shown} rows={invoices} rowKey={(invoice) => invoice.id} defaultSort="-issued" empty={empty} {...more} />
  );
}

/** What is printed on an invoice, in the order of the paper: who, when, the lines, what they add up to, what is left. */
export function InvoiceSheet({ invoice, payments, credits }: SheetProps) {
  const t = useText();
  const { currency } = invoice.total;
  const money = (amount: number) => <Money value={{ amount, currency }} />;
  const lines: Column<InvoiceView['lines'][number] & { readonly at: number }>[] = [
    {
      key: 'what',
      header: t('billing.invoice.line'),
      lead: true,
      cell: (line) => (
        <>
          <b>{line.description}</b>
          {line.from && line.to && (
            <small className="ui-quiet">
              {' '}
              · <DateTime at={line.from} look="day" /> – <DateTime at={line.to} look="day" />
            </small>
          )}
        </>
      ),
    },
    { key: 'quantity', header: t('billing.invoice.quantity'), align: 'end', cell: (line) => line.quantity },
    { key: 'unit', header: t('billing.price'), align: 'end', cell: (line) => money(line.unit) },
    { key: 'amount', header: t('billing.amount'), align: 'end', cell: (line) => money(line.amount) },
  ];
  return (
    <Card title={t('billing.invoice.lines')} flush footer={<InvoiceSums invoice={invoice} payments={payments} credits={credits} />}>
      <DataTable
        caption={t('billing.invoice.lines')}
        columns={lines}
        rows={invoice.lines.map((line, at) => ({ ...line, at }))}
        rowKey={(line) => String(line.at)}
      />
    </Card>
  );
}

interface SheetProps {
  readonly invoice: InvoiceView;
  readonly payments: readonly InvoicePayment[];
  readonly credits: readonly InvoiceCredit[];
}

/** What the lines add up to, what came in, what is left. */
function InvoiceSums({ invoice, payments, credits }: SheetProps) {
  const t = useText();
  return (
    <Facts
      facts={[
        { label: t('billing.total'), value: <Money value={invoice.total} /> },
        ...payments.map((payment) => ({
          label: t('billing.invoice.paid-by', { described: payment.described || t('billing.payment.number', { number: payment.number }) }),
          value: (
            <>
              <Money value={payment.amount} /> · <DateTime at={payment.receivedOn} look="day" />
            </>
          ),
        })),
        ...credits.map((note) => ({
          label: t('billing.invoice.credited-by', { number: note.number, reason: note.reason }),
          value: (
            <>
              <Money value={note.amount} /> · <DateTime at={note.issuedOn} look="day" />
            </>
          ),
        })),
        ...(invoice.writtenOff.amount > 0 ? [{ label: t('billing.invoice.written-off'), value: <Money value={invoice.writtenOff} /> }] : []),
        {
          label: t('billing.invoice.open-amount'),
          value: (
            <strong className="ui-num">
              <Money value={invoice.open} />
            </strong>
          ),
        },
      ]}
    />
  );
}

const PlannedWords = ({ planned: { card, at } }: { readonly planned: PlannedCharge }) => (
  <>
    {card}, <DateTime at={at} look="long" />
  </>
);

/** Who sells, who buys, and the days of an invoice. */
export function InvoiceFacts({ invoice, planned }: { readonly invoice: InvoiceView; readonly planned?: PlannedCharge | undefined }) {
  const t = useText();
  return (
    <Facts
      facts={[
        { label: t('billing.status'), value: <InvoiceChip invoice={invoice} /> },
        { label: t('billing.invoice.from'), value: invoice.seller.name },
        { label: t('billing.invoice.to'), value: `${invoice.buyer.name ?? invoice.account}${invoice.buyer.billGroup ? ` · ${invoice.buyer.billGroup}` : ''}` },
        { label: t('billing.invoice.issued-on'), value: invoice.issuedOn && <DateTime at={invoice.issuedOn} look="long" /> },
        { label: t('billing.invoice.due-on'), value: invoice.dueOn && <DateTime at={invoice.dueOn} look="long" /> },
        ...(planned ? [{ label: t('billing.auto-pay'), value: <PlannedWords planned={planned} /> }] : []),
        ...(invoice.because ? [{ label: t('billing.invoice.because'), value: invoice.because }] : []),
        ...(invoice.note ? [{ label: t('billing.invoice.note'), value: invoice.note }] : []),
      ]}
    />
  );
}
