import type { PageProps } from '@portico/kit/page';
import {
  ButtonLink,
  Buttons,
  Card,
  Consequences,
  DateField,
  Dialog,
  DialogClose,
  DialogTrigger,
  Flash,
  FormArea,
  FormCard,
  PageHead,
  Split,
  SubmitButton,
  TextField,
  useFormat,
  useText,
} from '@portico/ui';
import { OrderFacts, OrderNext, OrderPayments, OrderProgress } from '../views/order-card.tsx';
import { OrderFields } from '../views/order-fields.tsx';
import { PauseButton } from '../views/pause-button.tsx';
import type { load } from './order.server.ts';

type Props = PageProps<typeof load>;
type Payment = Props['data']['payments'][number];

/** One order as staff run it: edit, pause, resume, close, record payments. */
export default function Order({ data, refusal }: Props) {
  const t = useText();
  const { order, payments, pages } = data;
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
            <OrderNext order={order} area="console" />
            <PaymentForm data={data} refusal={refusal} />
          </>
        }
      >
        <OrderFacts order={order} />
        <OrderPayments payments={payments} pages={pages} takeBack={(payment) => <TakeBack payment={payment} refusal={refusal} />} />
        {!isClosed && <EditForm data={data} refusal={refusal} />}
        {!isClosed && <CloseCard order={order} />}
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
      <OrderFields order={order} isOfPlan={order.ofPlan} />
    </FormCard>
  );
}

function PaymentForm({ data: { today, order, paymentId }, refusal }: Props) {
  const t = useText();
  const refused = refusalOf(refusal, 'pay');
  return (
    <FormCard
      title={t('leads.order.record-payment')}
      about={t('leads.order.record-payment.about')}
      submit={t('leads.order.record-payment')}
      refusal={refused}
      prefix="pay"
    >
      <input type="hidden" name="intent" value="pay" />
      {/* a form that comes back refused is the same form */}
      <input type="hidden" name="paymentId" value={refused?.typed['paymentId'] ?? paymentId} />
      <TextField name="amount" label={t('leads.order.amount')} before={order.price.currency} inputMode="decimal" maxLength={20} />
      <DateField name="paidOn" label={t('leads.order.paid-on')} defaultValue={today} />
      <TextField name="note" label={t('leads.order.note')} hint={t('leads.payment.read-by-customer')} maxLength={200} optional />
    </FormCard>
  );
}

/** A payment that was recorded by mistake: a second one takes it back, with the reason. */
function TakeBack({ payment, refusal }: { readonly payment: Payment; readonly refusal: Props['refusal'] }) {
  const t = useText();
  const format = useFormat();
  if (payment.reverses || payment.isTakenBack) return null;
  const dialog = `take-back-${payment.id}`;
  const isRefusedHere = refusal?.typed['intent'] === 'take-back' && refusal.typed['paymentId'] === payment.id;
  const values = { amount: format.money(payment.amount) };
  return (
    <>
      <DialogTrigger target={dialog} small aria-label={t('leads.payment.take-back-this', values)}>
        {t('leads.payment.take-back')}
      </DialogTrigger>
      <Dialog id={dialog} title={t('leads.payment.take-back-this', values)} open={isRefusedHere}>
        <FormArea refusal={isRefusedHere ? refusal : undefined} prefix={dialog}>
          <p>{t('leads.payment.take-back.about')}</p>
          <input type="hidden" name="intent" value="take-back" />
          <input type="hidden" name="paymentId" value={payment.id} />
          <TextField name="reason" label={t('leads.payment.reason')} hint={t('leads.payment.read-by-customer')} maxLength={200} />
          <Buttons end>
            <DialogClose target={dialog} look="bare">
              {t('leads.cancel')}
            </DialogClose>
            <SubmitButton look="grave">{t('leads.payment.take-back-this', values)}</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>
  );
}

/** What cannot be undone says so, and is pressed twice. */
function CloseCard({ order }: { readonly order: Props['data']['order'] }) {
  const t = useText();
  const values = { order: order.number };
  return (
    <Card title={t('leads.order.close')} about={t('leads.order.close.about')}>
      <DialogTrigger target="close-order" look="grave">
        {t('leads.order.close')}
      </DialogTrigger>
      <Dialog id="close-order" title={t('leads.order.close.title', values)}>
        <FormArea>
          <Consequences
            lines={[
              { icon: 'leads', text: t('leads.order.close.then-leads') },
              { icon: 'order', text: t('leads.order.close.then-room') },
              { icon: 'bill', text: t('leads.order.close.then-figures') },
            ]}
          />
          <Buttons end>
            <DialogClose target="close-order" look="bare">
              {t('leads.order.close.keep')}
            </DialogClose>
            <SubmitButton look="grave" name="intent" value="close">
              {t('leads.order.close.button', values)}
            </SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </Card>
  );
}
