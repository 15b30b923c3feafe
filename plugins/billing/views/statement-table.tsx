import { Anchor, type Column, DataTable, DateTime, Money, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import type { Statement } from '../ledger/statement.queries.ts';

interface Row {
  readonly key: string;
  readonly on: string | null;
  readonly what: ReactNode;
  readonly amount: Statement['opening'] | null;
  readonly balance: Statement['opening'];
}

interface Props {
  readonly statement: Statement;
  readonly invoiceHref: (invoiceId: string) => string;
  readonly empty: ReactNode;
}

/** A statement: what was owed before, each line with what was owed after it, what is owed in the end. */
export function StatementTable({ statement, invoiceHref, empty }: Props) {
  const t = useText();
  const columns: Column<Row>[] = [
    { key: 'on', header: t('billing.statement.day'), cell: (row) => (row.on ? <DateTime at={row.on} look="day" /> : '–') },
    { key: 'what', header: t('billing.statement.what'), lead: true, cell: (row) => row.what },
    { key: 'amount', header: t('billing.amount'), align: 'end', cell: (row) => row.amount && <Money value={row.amount} /> },
    { key: 'balance', header: t('billing.statement.balance'), align: 'end', cell: (row) => <Money value={row.balance} /> },
  ];
  const lines = statement.lines.map((line): Row => {
    const text = t(`billing.statement.${line.kind}`, { number: line.number ?? '' });
    const isLink = line.invoiceId !== null && line.kind === 'invoice';
    return {
      key: line.id,
      on: line.on,
      what: isLink ? <Anchor href={invoiceHref(line.invoiceId!)}>{text}</Anchor> : <b>{text}</b>,
      amount: line.amount,
      balance: line.balance,
    };
  });
  const ends: [Row, Row] = [
    { key: 'opening', on: statement.from, what: <b>{t('billing.statement.opening')}</b>, amount: null, balance: statement.opening },
    { key: 'closing', on: statement.to, what: <b>{t('billing.statement.closing')}</b>, amount: null, balance: statement.closing },
  ];
  const rows = lines.length === 0 && statement.closing.amount === 0 ? [] : [ends[0], ...lines, ends[1]];
  return <DataTable caption={t('billing.statement')} columns={columns} rows={rows} rowKey={(row) => row.key} empty={empty} />;
}
