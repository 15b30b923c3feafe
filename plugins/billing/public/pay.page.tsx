import type { PageProps } from '@portico/kit/page';
import { Card, Notice, PageHead, Stack, useText } from '@portico/ui';
import { InvoiceChip, InvoiceFacts, InvoiceSheet } from '../views/invoice-words.tsx';
import { Checking, ConfirmAtBank, PayForm, PaySum } from '../views/pay-form.tsx';
import type { load } from './pay.server.ts';

/** What a pay link opens: one invoice, to be read and paid, and nothing else. */
export default function Pay({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { invoice, payments, credits, isOpen, form, formId, waiting } = data;
  const total = invoice.open;
  return (
    <>
      <PageHead title={t('billing.invoice.title', { number: invoice.number ?? '' })} sub={invoice.account} />
      <Stack>
        <PaySum
          label={t(isOpen ? 'billing.pay.to-pay' : 'billing.invoice.open-amount')}
          total={total}
          note={<InvoiceChip invoice={invoice} />}
          changed={data.changed}
        />
        {isOpen && !form && <Notice tone="wait" title={t('billing.no-card-payments')} />}
        {form && waiting && <ConfirmAtBank form={form} {...waiting} />}
        {form && !waiting && invoice.checking && <Checking />}
        {form && !invoice.checking && (
          <Card title={t('billing.pay.by-card')}>
            <PayForm total={total} invoices={[{ id: invoice.id, amount: total.amount }]} formId={formId} form={form} isOnce refusal={refusal} />
          </Card>
        )}
        <InvoiceSheet invoice={invoice} payments={payments} credits={credits} />
        <Card title={t('billing.invoice.facts')}>
          <InvoiceFacts invoice={invoice} />
        </Card>
      </Stack>
    </>
  );
}
