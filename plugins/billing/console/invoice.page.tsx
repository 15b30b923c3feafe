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
  Headline,
  Money,
  Notice,
  PageHead,
  SelectField,
  Split,
  SubmitButton,
  TextField,
  useText,
  digitsOf,
} from '@portico/ui';
import { InvoiceEndings } from '../views/invoice-endings.tsx';
import { InvoiceHistory } from '../views/invoice-history.tsx';
import { CollectionCard } from '../views/collection-parts.tsx';
import { InvoiceChip, InvoiceFacts, InvoiceSheet } from '../views/invoice-words.tsx';
import type { load } from './invoice.server.ts';

type Props = PageProps<typeof load>;

/** One invoice as staff run it: issue, mark Sent, record a payment, credit, write off, make void. */
export default function Invoice({ data, refusal }: Props) {
  const t = useText();
  const { invoice, payments, credits, followed } = data;
  const isDraft = invoice.status === 'draft';
  const title = isDraft ? t('billing.invoice.draft-title') : t('billing.invoice.title', { number: invoice.number ?? '' });
  const actions = !isDraft && (
    <ButtonLink icon="download" href={`/api/v1/billing/invoices/${invoice.id}/pdf`} reload>
      {t('billing.invoice.download')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.invoices'), href: '/console/billing/invoices' }]}
        title={title}
        sub={invoice.account}
        actions={actions}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split side={<Side data={data} refusal={refusal} />}>
        {!invoice.sent && <NotSeen invoice={invoice} />}
        {data.waitsForCustomer && <WaitsForCustomer />}
        <Card title={t('billing.invoice.facts')}>
          <InvoiceFacts invoice={invoice} planned={data.planned} />
        </Card>
        <InvoiceSheet invoice={invoice} payments={payments} credits={credits} />
        <CollectionCard followed={followed} />
        <InvoiceHistory history={data.history} />
        <InvoiceEndings data={data} refusal={refusal} />
        <VoidCard data={data} refusal={refusal} />
      </Split>
    </>
  );
}

/** Loud: the customer sees nothing of this invoice, and how that changes. */
function NotSeen({ invoice }: { readonly invoice: Props['data']['invoice'] }) {
  const t = useText();
  if (invoice.status === 'void') return null;
  const isDraft = invoice.status === 'draft';
  return (
    <Notice
      tone="wait"
      title={t('billing.invoice.not-seen')}
      action={
        <FormArea>
          <Buttons>
            {isDraft && (
              <SubmitButton name="intent" value="issue">
                {t('billing.invoice.issue')}
              </SubmitButton>
            )}
            <SubmitButton look="main" name="intent" value={isDraft ? 'issue-and-send' : 'send'}>
              {t(isDraft ? 'billing.invoice.issue-and-send' : 'billing.invoice.mark-sent')}
            </SubmitButton>
          </Buttons>
        </FormArea>
      }
    >
      <p>{t(isDraft ? 'billing.invoice.not-seen.draft' : 'billing.invoice.not-seen.unsent')}</p>
    </Notice>
  );
}

/** While a customer has not answered their bank nothing else is taken: who knows that they never will, ends it here. */
function WaitsForCustomer() {
  const t = useText();
  return (
    <Notice
      tone="wait"
      title={t('billing.payment.waits')}
      action={
        <FormArea>
          <SubmitButton name="intent" value="give-up">
            {t('billing.payment.give-up')}
          </SubmitButton>
        </FormArea>
      }
    >
      <p>{t('billing.payment.waits.text')}</p>
    </Notice>
  );
}

function Side({ data, refusal }: Props) {
  const t = useText();
  const { invoice, paymentId, today } = data;
  const refused = refusal?.typed['intent'] === 'record' ? { ...refusal, fields: namedFields(refusal.fields) } : undefined;
  // what was written off may come after all
  const expected = { amount: invoice.open.amount + (invoice.status === 'written-off' ? invoice.writtenOff.amount : 0), currency: invoice.open.currency };
  const digits = digitsOf(expected.currency);
  const isOpen = invoice.sent && invoice.open.amount > 0;
  return (
    <>
      <Card label={t('billing.invoice.open-amount')}>
        <Headline label={t('billing.invoice.open-amount')} value={<Money value={invoice.open} />} note={<InvoiceChip invoice={invoice} />} />
      </Card>
      {isOpen && (
        <Card title={t('billing.pay-link')} about={t('billing.pay-link.about')}>
          <FormArea>
            <SubmitButton look="main" name="intent" value="pay-link">
              {t('billing.pay-link.send')}
            </SubmitButton>
          </FormArea>
        </Card>
      )}
      {invoice.sent && expected.amount > 0 && (
        <FormCard
          title={t('billing.payment.record')}
          about={t('billing.payment.record.about')}
          submit={t('billing.payment.record')}
          refusal={refused}
          prefix="record"
        >
          <input type="hidden" name="intent" value="record" />
          {/* a form that comes back refused is the same form */}
          <input type="hidden" name="paymentId" value={refused?.typed['paymentId'] ?? paymentId} />
          <TextField
            name="amount"
            label={t('billing.amount')}
            before={expected.currency}
            defaultValue={(expected.amount / 10 ** digits).toFixed(digits)}
            inputMode="decimal"
            maxLength={20}
          />
          <SelectField
            name="road"
            label={t('billing.payment.how')}
            defaultValue="transfer"
            options={(['transfer', 'check', 'cash', 'other'] as const).map((value) => ({ value, label: t(`billing.road.${value}`) }))}
          />
          <DateField name="receivedOn" label={t('billing.payment.received-on')} defaultValue={today} />
          <TextField name="note" label={t('billing.note')} hint={t('billing.note.read-by-customer')} maxLength={200} optional />
        </FormCard>
      )}
    </>
  );
}

const namedFields = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, text]) => [{ 'amount.amount': 'amount', invoiceIds: 'amount' }[field] ?? field, text]));

/** What cannot be undone says so, and is pressed twice. */
function VoidCard({ data: { invoice }, refusal }: Props) {
  const t = useText();
  const isDraft = invoice.status === 'draft';
  if (!isDraft && (invoice.status === 'void' || invoice.status === 'paid' || invoice.paid.amount > 0 || invoice.credited.amount > 0)) return null;
  const isRefusedHere = refusal?.typed['intent'] === 'void';
  const words = isDraft ? 'throw-away' : 'void';
  return (
    <Card title={t(`billing.invoice.${words}-it`)} about={t(`billing.invoice.${words}.about`)}>
      <DialogTrigger target="void-invoice" look="grave">
        {t(`billing.invoice.${words}-it`)}
      </DialogTrigger>
      <Dialog id="void-invoice" title={t(`billing.invoice.${words}.title`, { number: invoice.number ?? '' })} open={isRefusedHere}>
        <FormArea refusal={isRefusedHere ? refusal : undefined} prefix="void">
          <Consequences
            lines={[
              { icon: 'bill', text: t(`billing.invoice.${words}.then-owed`) },
              { icon: 'stop', text: t(`billing.invoice.${words}.then-final`) },
            ]}
          />
          <input type="hidden" name="intent" value="void" />
          {!isDraft && <TextField name="reason" label={t('billing.reason')} hint={t('billing.note.read-by-customer')} maxLength={200} />}
          <Buttons end>
            <DialogClose target="void-invoice" look="bare">
              {t('billing.keep')}
            </DialogClose>
            <SubmitButton look="grave">{t(`billing.invoice.${words}-it`)}</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </Card>
  );
}
