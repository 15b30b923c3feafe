import type { PageProps } from '@portico/kit/page';
import { PageHead, useText } from '@portico/ui';
import { StatementActions, StatementParts } from '../views/statement-parts.tsx';
import type { load } from './statement.server.ts';

/** All charges, payments and credits in date order, with what was owed after each. */
export default function Statement({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('billing.statement')} sub={t('billing.statement.about')} actions={<StatementActions data={data} />} />
      <StatementParts data={data} invoiceHref={(id) => `/billing/invoices/${id}`} />
    </>
  );
}
