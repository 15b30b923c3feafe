import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, Headline, Money, Notice, PageHead, PrintButton, Split, useText } from '@portico/ui';
import { InvoiceHistory } from '../views/invoice-history.tsx';
import { CollectionCard } from '../views/collection-parts.tsx';
import { InvoiceChip, InvoiceFacts, InvoiceSheet } from '../views/invoice-words.tsx';
import type { load } from './invoice.server.ts';

/** One invoice, equal to its paper: what is owed, and the way to pay it or take it along. */
export default function Invoice({ data }: PageProps<typeof load>) {
  const t = useText();
  const { invoice, payments, credits, followed } = data;
  // what went wrong comes first while something is to be done about it
  const isPressing = invoice.open.amount > 0;
  const isPayable = invoice.open.amount > 0 && !invoice.checking;
  const actions = (
    <>
      {isPayable && (
        <ButtonLink look="main" href={`/billing/pay?invoice=${invoice.id}`} reload>
          {t('billing.pay')}
        </ButtonLink>
      )}
      <ButtonLink icon="download" href={`/api/v1/billing/invoices/${invoice.id}/pdf`} reload>
        {t('billing.invoice.download')}
      </ButtonLink>
      <PrintButton />
    </>
  );
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.invoices'), href: '/billing/invoices' }]}
        title={t('billing.invoice.title', { number: invoice.number ?? '' })}
        actions={actions}
        banner={
          invoice.checking && (
            <Notice tone="wait" title={t('billing.invoice.checking')}>
              {t('billing.invoice.checking.text')}
            </Notice>
          )
        }
      />
      <Split
        side={
          <Card label={t('billing.invoice.open-amount')}>
            <Headline label={t('billing.invoice.open-amount')} value={<Money value={invoice.open} />} note={<InvoiceChip invoice={invoice} />} />
          </Card>
        }
      >
        {isPressing && <CollectionCard followed={followed} withCard />}
        <Card title={t('billing.invoice.facts')}>
          <InvoiceFacts invoice={invoice} planned={data.planned} />
        </Card>
        <InvoiceSheet invoice={invoice} payments={payments} credits={credits} />
        {!isPressing && <CollectionCard followed={followed} />}
        <InvoiceHistory history={data.history} />
      </Split>
    </>
  );
}
