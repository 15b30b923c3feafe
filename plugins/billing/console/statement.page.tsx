import type { PageProps } from '@portico/kit/page';
import { ButtonLink, EmptyState, PageHead, useText } from '@portico/ui';
import { crumbsOf } from '../views/of-customer.tsx';
import { StatementActions, StatementParts } from '../views/statement-parts.tsx';
import type { load } from './statement.server.ts';

/** One customer's statement as staff read it. */
export default function Statement({ data }: PageProps<typeof load>) {
  const t = useText();
  if (data.of === null) return <WhoseStatement />;
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

/** The address names no customer: where one is chosen. */
function WhoseStatement() {
  const t = useText();
  return (
    <>
      <PageHead title={t('billing.statement')} sub={t('billing.statement.console-about')} />
      <EmptyState
        icon="file"
        title={t('billing.statement.whose')}
        text={t('billing.statement.whose.text')}
        action={<ButtonLink href="/console/accounts">{t('billing.statement.whose.choose')}</ButtonLink>}
      />
    </>
  );
}
