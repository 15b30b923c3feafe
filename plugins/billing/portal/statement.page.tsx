import type { PageProps } from '@portico/kit/page';
import { Card, EmptyState, type Filter, Notice, PageHead, PrintButton, Stack, Toolbar, useText } from '@portico/ui';
import { StatementTable } from '../views/statement-table.tsx';
import type { load } from './statement.server.ts';

/** All charges, payments and credits in date order, with what was owed after each. */
export default function Statement({ data }: PageProps<typeof load>) {
  const t = useText();
  const { statement } = data;
  const days: Filter = { kind: 'dates', name: 'span', label: t('billing.statement.span'), from: 'from', to: 'to' };
  return (
    <>
      <PageHead title={t('billing.statement')} sub={t('billing.statement.about')} actions={<PrintButton />} />
      <Stack>
        {statement.isCut && (
          <Notice tone="wait" title={t('billing.statement.cut')}>
            {t('billing.statement.cut.text')}
          </Notice>
        )}
        <Card flush label={t('billing.statement')}>
          <Toolbar filters={[days]} />
          <StatementTable
            statement={statement}
            invoiceHref={(id) => `/billing/invoices/${id}`}
            empty={<EmptyState icon="bill" title={t('billing.statement.empty')} text={t('billing.statement.empty.text')} />}
          />
        </Card>
      </Stack>
    </>
  );
}
