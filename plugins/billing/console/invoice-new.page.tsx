import type { PageProps } from '@portico/kit/page';
import { ButtonLink, EmptyState, FormCard, PageHead, TextField, useText } from '@portico/ui';
import { BuyerField } from '../views/buyer-field.tsx';
import type { load } from './invoice-new.server.ts';

/** Writes an invoice by hand, as a draft. */
export default function InvoiceNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { buyers, currency } = data;
  const head = (
    <PageHead
      crumbs={[{ label: t('billing.invoices'), href: '/console/billing/invoices' }]}
      title={t('billing.invoice-new')}
      sub={t('billing.invoice-new.about')}
    />
  );
  if (buyers.groups.length === 0)
    return (
      <>
        {head}
        <EmptyState
          icon="users"
          title={t('billing.subscription-new.no-customer')}
          text={t('billing.subscription-new.no-customer.text')}
          action={
            <ButtonLink look="main" href="/console/accounts/new">
              {t('billing.subscription-new.no-customer.do')}
            </ButtonLink>
          }
        />
      </>
    );
  return (
    <>
      {head}
      <FormCard
        submit={t('billing.invoice-new.submit')}
        cancel="/console/billing/invoices"
        refusal={refusal && { ...refusal, fields: onTheForm(refusal.fields) }}
      >
        <input type="hidden" name="invoiceId" value={refusal?.typed['invoiceId'] ?? data.invoiceId} />
        <BuyerField groups={buyers.groups} more={buyers.more} defaultValue={data.chosen} />
        {Array.from({ length: data.lines }, (_, at) => (
          <fieldset key={at} className="ui-form-lines">
            <legend>{t('billing.invoice.line-number', { number: at + 1 })}</legend>
            <TextField name={`description-${at}`} label={t('billing.invoice.line')} maxLength={200} optional={at > 0} />
            <div className="ui-form-pair">
              <TextField name={`quantity-${at}`} label={t('billing.invoice.quantity')} inputMode="numeric" maxLength={6} optional />
              <TextField name={`price-${at}`} label={t('billing.price')} before={currency} inputMode="decimal" maxLength={20} optional={at > 0} />
            </div>
          </fieldset>
        ))}
      </FormCard>
    </>
  );
}

/** `lines.2.price.amount` stands at the field `price-2`. */
const onTheForm = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([field, text]) => {
      const [, at, name] = /^lines\.(\d+)\.([a-z]+)/.exec(field) ?? [];
      return [at === undefined ? (field === 'accountId' ? 'billGroupId' : field) : `${name}-${at}`, text];
    }),
  );
