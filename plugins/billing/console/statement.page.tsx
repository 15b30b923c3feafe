import type { PageProps } from '@portico/kit/page';
import { PageHead, useText } from '@portico/ui';
import { crumbsOf } from '../views/of-customer.tsx';
import { StatementActions, StatementParts } from '../views/statement-parts.tsx';
import type { load } from './statement.server.ts';

/** One customer's statement as staff read it. */
export default function Statement({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead
        crumbs={crumbsOf(data.of)}
        title={t('billing.statement')}
        sub={t('billing.statement.console-about')}
        actions={<StatementActions data={data} ofAccount />}
      />
      <StatementParts data={data} invoiceHref={(id) => `/console/billing/invoices/${id}`} />
    </>
  );
}
