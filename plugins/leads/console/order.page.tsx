import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, DateField, Flash, FormCard, PageHead, Split, SubmitButton, TextField, useText } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import { OrderFacts, OrderPayments, OrderProgress } from '../views/order-card.tsx';
import { OrderFields } from '../views/order-fields.tsx';
import { PauseButton } from '../views/pause-button.tsx';
import type { load } from './order.server.ts';

type Props = PageProps<typeof load>;

/** One order as staff run it: edit, pause, resume, close, record payments. */
export default function Order({ data, refusal }: Props) {
  const t = useText();
  const { order, payments } = data;
  const isClosed = order.state === 'closed';
  const actions = (
    <>
      <ButtonLink icon="leads" href={`/console/leads?order=${order.id}`}>
        {t('leads.order.its-leads')}
      </ButtonLink>
      <PauseButton order={order} small={false} />
    </>
  );
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.orders'), href: '/console/leads/orders' }]}
        title={t('leads.order.title', { order: order.number })}
        sub={`${order.account} · ${order.type}`}
        actions={actions}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split
        side={
          <>
            <OrderProgress order={order} />
            <OrderPayments payments={payments} />
            <PaymentForm data={data} refusal={refusal} />
          </>
        }
      >
        <OrderFacts order={order} />
        {!isClosed && <EditForm data={data} refusal={refusal} />}
        {!isClosed && <CloseCard />}
      </Split>
    </>
  );
}

const refusalOf = (refusal: Props['refusal'], intent: string) => {
  if (refusal?.typed['intent'] !== intent) return undefined;
  const names: Readonly<Record<string, string>> = { leads: 'total', budget: 'total', 'budget.amount': 'total', 'amount.amount': 'amount' };
  return { ...refusal, fields: Object.fromEntries(Object.entries(refusal.fields).map(([field, text]) => [names[field] ?? field, text])) };
};

function EditForm({ data: { order, totalText }, refusal }: Props) {
  const t = useText();
  return (
    <FormCard title={t('leads.order.edit')} submit={t('leads.save')} refusal={refusalOf(refusal, 'change')} prefix="change">
      <input type="hidden" name="intent" value="change" />
      <TextField
        name="total"
        label={t('leads.order.total')}
        hint={t(`leads.order.counts-${order.counts}`)}
        defaultValue={totalText}
        inputMode="decimal"
        maxLength={20}
      />
      <OrderFields order={order} />
    </FormCard>
  );
}

function PaymentForm({ data: { today, order }, refusal }: Props) {
  const t = useText();
  return (
    <FormCard
      title={t('leads.order.record-payment')}
      about={t('leads.order.record-payment.about')}
      submit={t('leads.order.record-payment')}
      refusal={refusalOf(refusal, 'pay')}
      prefix="pay"
    >
      <input type="hidden" name="intent" value="pay" />
      <TextField name="amount" label={t('leads.order.amount')} before={order.price.currency} inputMode="decimal" maxLength={20} />
      <DateField name="paidOn" label={t('leads.order.paid-on')} defaultValue={today} />
      <TextField name="note" label={t('leads.order.note')} maxLength={200} optional />
    </FormCard>
  );
}

function CloseCard() {
  const t = useText();
  return (
    <Card title={t('leads.order.close')} about={t('leads.order.close.about')}>
      <Form method="post">
        <SubmitButton look="grave" name="intent" value="close">
          {t('leads.order.close')}
        </SubmitButton>
      </Form>
    </Card>
  );
}
