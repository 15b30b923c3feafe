import type { PageProps } from '@portico/kit/page';
import {
  ButtonLink,
  Buttons,
  Card,
  Consequences,
  Dialog,
  DialogClose,
  DialogTrigger,
  EmptyState,
  Flash,
  FormArea,
  PageBar,
  PageHead,
  SubmitButton,
  TextField,
  useFormat,
  useText,
  digitsOf,
} from '@portico/ui';
import { PaymentTable } from '../views/payment-table.tsx';
import { crumbsOf } from '../views/of-customer.tsx';
import type { load } from './payment-list.server.ts';

type Props = PageProps<typeof load>;
type Row = Props['data']['data'][number];

/** Every payment that came in, and the way to send some of it back. */
export default function PaymentList({ data, refusal }: Props) {
  const t = useText();
  return (
    <>
      <PageHead
        crumbs={crumbsOf(data.of)}
        title={t('billing.payments')}
        sub={t('billing.payments.about')}
        actions={<ButtonLink href="/console/billing/payments/comparison">{t('billing.comparison.compare')}</ButtonLink>}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Card flush label={t('billing.payments')}>
        <PaymentTable
          payments={data.data}
          withAccount
          invoiceHref={(id) => `/console/billing/invoices/${id}`}
          actions={(payment) => <Refund payment={payment} refusal={refusal} />}
          empty={<EmptyState icon="bill" title={t('billing.payments.none')} text={t('billing.payments.none.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

function Refund({ payment, refusal }: { readonly payment: Row; readonly refusal: Props['refusal'] }) {
  const t = useText();
  const format = useFormat();
  const left = { amount: payment.amount.amount - payment.refunded.amount, currency: payment.amount.currency };
  if (left.amount <= 0) return null;
  const dialog = `refund-${payment.id}`;
  const refused = refusal?.typed['paymentId'] === payment.id ? { ...refusal, fields: namedFields(refusal.fields) } : undefined;
  const digits = digitsOf(left.currency);
  return (
    <>
      <DialogTrigger target={dialog} small aria-label={t('billing.refund.title', { number: payment.number })}>
        {t('billing.refund')}
      </DialogTrigger>
      <Dialog id={dialog} title={t('billing.refund.title', { number: payment.number })} open={refused !== undefined}>
        <FormArea refusal={refused} prefix={dialog}>
          <p>{t('billing.refund.about')}</p>
          <Consequences
            lines={[
              { icon: 'undo', text: t('billing.refund.then-back') },
              { icon: 'bill', text: t('billing.refund.then-note') },
            ]}
          />
          <input type="hidden" name="intent" value="refund" />
          <input type="hidden" name="paymentId" value={payment.id} />
          {/* a form that comes back refused is the same form */}
          <input type="hidden" name="refundId" value={refused?.typed['refundId'] ?? payment.refundId} />
          <input type="hidden" name="currency" value={left.currency} />
          <TextField
            name="amount"
            label={t('billing.refund.amount')}
            hint={t('billing.refund.most', { amount: format.money(left) })}
            before={left.currency}
            defaultValue={(left.amount / 10 ** digits).toFixed(digits)}
            inputMode="decimal"
            maxLength={20}
          />
          <TextField name="reason" label={t('billing.reason')} hint={t('billing.note.read-by-customer')} maxLength={200} />
          <Buttons end>
            <DialogClose target={dialog} look="bare">
              {t('billing.keep')}
            </DialogClose>
            <SubmitButton look="grave">{t('billing.refund')}</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>
  );
}

const namedFields = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, text]) => [{ 'amount.amount': 'amount', 'amount.currency': 'amount' }[field] ?? field, text]));
