import { ButtonLink, Card, EmptyState, Facts, type Filter, Money, Notice, PrintButton, Stack, Tabs, Toolbar, useText } from '@portico/ui';
import { useSearchParams } from '@portico/ui/navigation';
import { AGES } from '../ledger/ages.ts';
import { PERIODS } from '../ledger/periods.ts';
import type { statementData } from './statement-data.ts';
import { StatementTable } from './statement-table.tsx';

type Data = Awaited<ReturnType<typeof statementData>>;

/** Print it, or take it along: as paper, or for a spreadsheet. */
export function StatementActions({ data, ofAccount }: { readonly data: Data; readonly ofAccount?: boolean }) {
  const t = useText();
  const { from, to, currency } = data.statement;
  const query = new URLSearchParams({ from, to, currency, ...(ofAccount ? { accountId: data.accountId } : {}) });
  return (
    <>
      <ButtonLink icon="download" href={`/api/v1/billing/statement/pdf?${query}`} reload>
        {t('billing.statement.pdf')}
      </ButtonLink>
      <ButtonLink icon="download" href={`/api/v1/billing/statement/csv?${query}`} reload>
        {t('billing.statement.csv')}
      </ButtonLink>
      <PrintButton />
    </>
  );
}

/** Which days and which currency, the lines with what was owed after each, and how old it is what is open. */
export function StatementParts({ data, invoiceHref }: { readonly data: Data; readonly invoiceHref: (id: string) => string }) {
  const t = useText();
  const { statement } = data;
  return (
    <Stack>
      <Periods data={data} />
      {statement.isCut && (
        <Notice tone="wait" title={t('billing.statement.cut')}>
          {t('billing.statement.cut.text')}
        </Notice>
      )}
      <Card flush label={t('billing.statement')}>
        <Toolbar filters={useDays(data)} />
        <StatementTable
          statement={statement}
          invoiceHref={invoiceHref}
          empty={<EmptyState icon="bill" title={t('billing.statement.empty')} text={t('billing.statement.empty.text')} />}
        />
      </Card>
      <Ages data={data} />
    </Stack>
  );
}

/** The spans by name, as links; days that were chosen one by one are none of them. */
function Periods({ data: { period } }: { readonly data: Data }) {
  const t = useText();
  const [params] = useSearchParams();
  const hrefOf = (name: string): string => {
    const address = new URLSearchParams(params);
    for (const old of ['from', 'to']) address.delete(old);
    address.set('period', name);
    return `?${address}`;
  };
  return (
    <Tabs
      label={t('billing.statement.span')}
      tabs={PERIODS.map((name) => ({ href: hrefOf(name), label: t(`billing.statement.period.${name}`), current: name === period }))}
    />
  );
}

/** Other days, and the currency where there are several: each has a statement of its own. */
function useDays({ currencies, statement }: Data): readonly Filter[] {
  const t = useText();
  const days: Filter = { kind: 'dates', name: 'span', label: t('billing.statement.other-days'), from: 'from', to: 'to' };
  if (currencies.length < 2) return [days];
  const others = currencies.filter((one) => one !== statement.currency).map((value) => ({ value, label: value }));
  return [days, { kind: 'select', name: 'currency', label: t('billing.statement.currency'), all: statement.currency, options: others }];
}

function Ages({ data: { ageing } }: { readonly data: Data }) {
  const t = useText();
  if (AGES.every((age) => ageing[age].amount === 0)) return null;
  return (
    <Card title={t('billing.ageing')} about={t('billing.ageing.about')}>
      <Facts facts={AGES.map((age) => ({ label: t(`billing.ageing.${age}`), value: <Money value={ageing[age]} /> }))} />
    </Card>
  );
}
