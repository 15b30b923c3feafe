import type { PageProps } from '@portico/kit/page';
import { ButtonLink, DateField, EmptyState, FormCard, PageHead, RadioGroup, SelectField, TextField, useText } from '@portico/ui';
import { ChoiceField } from '../views/choice-field.tsx';
import { OrderFields } from '../views/order-fields.tsx';
import type { load } from './order-new.server.ts';

/** Sells leads to a customer. */
export default function OrderNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const head = <PageHead crumbs={[{ label: t('leads.orders'), href: '/console/leads/orders' }]} title={t('leads.order-new')} />;
  if (data.groups.length === 0)
    return (
      <>
        {head}
        <EmptyState
          icon="users"
          title={t('leads.order-new.no-customer')}
          text={t('leads.order-new.no-customer.text')}
          action={
            <ButtonLink look="main" href="/console/accounts/new">
              {t('leads.order-new.add-customer')}
            </ButtonLink>
          }
        />
      </>
    );
  if (data.types.length === 0)
    return (
      <>
        {head}
        <EmptyState
          icon="tag"
          title={t('leads.order-new.no-type')}
          text={t('leads.order-new.no-type.text')}
          action={
            <ButtonLink look="main" href="/console/leads/types">
              {t('leads.types')}
            </ButtonLink>
          }
        />
      </>
    );
  return (
    <>
      {head}
      <FormCard submit={t('leads.order-new.submit')} cancel="/console/leads/orders" refusal={renamed(refusal)}>
        {/* a form that comes back refused is the same form */}
        <input type="hidden" name="orderId" value={refusal?.typed['orderId'] ?? data.orderId} />
        <ChoiceField
          name="billGroupId"
          label={t('leads.order.bill-group')}
          placeholder={t('leads.choose')}
          options={data.groups}
          more={data.moreCustomers}
          moreHint={t('leads.order.bill-group.more', { count: data.moreCustomers })}
        />
        <SelectField
          name="typeId"
          label={t('leads.column.type')}
          placeholder={t('leads.choose')}
          options={data.types.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <RadioGroup
          name="counts"
          label={t('leads.order.counts')}
          defaultValue="leads"
          options={(['leads', 'money'] as const).map((value) => ({ value, label: t(`leads.order.counts-${value}`) }))}
        />
        <div className="ui-form-pair">
          <TextField name="total" label={t('leads.order.total')} hint={t('leads.order.total.hint')} inputMode="decimal" maxLength={20} />
          <TextField name="price" label={t('leads.order.price')} before={data.currency} inputMode="decimal" maxLength={20} />
        </div>
        <DateField name="startsOn" label={t('leads.order.starts')} defaultValue={data.today} />
        <OrderFields />
      </FormCard>
    </>
  );
}

/** The form has one field for the total, and one for customer and bill group; the use case names them apart. */
function renamed(refusal: PageProps<typeof load>['refusal']) {
  if (!refusal) return undefined;
  const names: Readonly<Record<string, string>> = {
    leads: 'total',
    budget: 'total',
    'budget.amount': 'total',
    'price.amount': 'price',
    accountId: 'billGroupId',
  };
  return { ...refusal, fields: Object.fromEntries(Object.entries(refusal.fields).map(([field, text]) => [names[field] ?? field, text])) };
}
