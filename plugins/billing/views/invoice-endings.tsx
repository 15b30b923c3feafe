import type { Refusal } from '@portico/kit/page';
import { Buttons, Card, Consequences, Dialog, DialogClose, DialogTrigger, FormArea, SubmitButton, TextField, digitsOf, useFormat, useText } from '@portico/ui';
import type { InvoiceView } from '../invoice/invoice.queries.ts';

interface Props {
  readonly data: { readonly invoice: InvoiceView; readonly noteId: string };
  readonly refusal: Refusal | undefined;
}

/** How an issued invoice ends without its money: a part or all of it is credited, or nobody expects it any more. */
export function InvoiceEndings({ data, refusal }: Props) {
  const t = useText();
  if (data.invoice.open.amount <= 0 || data.invoice.checking) return null;
  return (
    <Card title={t('billing.invoice.endings')} about={t('billing.invoice.endings.about')}>
      <Buttons>
        <DialogTrigger target="credit-invoice">{t('billing.credit')}</DialogTrigger>
        <DialogTrigger target="write-off-invoice" look="grave">
          {t('billing.write-off')}
        </DialogTrigger>
      </Buttons>
      <CreditDialog data={data} refusal={refusal?.typed['intent'] === 'credit' ? refusal : undefined} />
      <WriteOffDialog data={data} refusal={refusal?.typed['intent'] === 'write-off' ? refusal : undefined} />
    </Card>
  );
}

function CreditDialog({ data: { invoice, noteId }, refusal }: Props) {
  const t = useText();
  const format = useFormat();
  const digits = digitsOf(invoice.open.currency);
  const named = refusal && { ...refusal, fields: namedFields(refusal.fields) };
  return (
    <Dialog id="credit-invoice" title={t('billing.credit.title', { number: invoice.number ?? '' })} open={refusal !== undefined}>
      <FormArea refusal={named} prefix="credit">
        <Consequences
          lines={[
            { icon: 'bill', text: t('billing.credit.then-less') },
            { icon: 'file', text: t('billing.credit.then-note') },
          ]}
        />
        <input type="hidden" name="intent" value="credit" />
        {/* a form that comes back refused is the same form */}
        <input type="hidden" name="noteId" value={refusal?.typed['noteId'] ?? noteId} />
        <TextField
          name="amount"
          label={t('billing.amount')}
          hint={t('billing.refund.most', { amount: format.money(invoice.open) })}
          before={invoice.open.currency}
          defaultValue={(invoice.open.amount / 10 ** digits).toFixed(digits)}
          inputMode="decimal"
          maxLength={20}
        />
        <TextField name="reason" label={t('billing.reason')} hint={t('billing.note.read-by-customer')} maxLength={200} />
        <Buttons end>
          <DialogClose target="credit-invoice" look="bare">
            {t('billing.keep')}
          </DialogClose>
          <SubmitButton look="main">{t('billing.credit')}</SubmitButton>
        </Buttons>
      </FormArea>
    </Dialog>
  );
}

const namedFields = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, text]) => [field.startsWith('amount') ? 'amount' : field, text]));

function WriteOffDialog({ data: { invoice }, refusal }: Props) {
  const t = useText();
  const format = useFormat();
  return (
    <Dialog id="write-off-invoice" title={t('billing.write-off.title', { number: invoice.number ?? '' })} open={refusal !== undefined}>
      <FormArea refusal={refusal} prefix="write-off">
        <Consequences
          lines={[
            { icon: 'stop', text: t('billing.write-off.then-lost', { amount: format.money(invoice.open) }) },
            { icon: 'bill', text: t('billing.write-off.then-asked') },
            { icon: 'undo', text: t('billing.write-off.then-late') },
          ]}
        />
        <input type="hidden" name="intent" value="write-off" />
        <TextField name="reason" label={t('billing.reason')} hint={t('billing.note.read-by-customer')} maxLength={200} />
        <Buttons end>
          <DialogClose target="write-off-invoice" look="bare">
            {t('billing.keep')}
          </DialogClose>
          <SubmitButton look="grave">{t('billing.write-off')}</SubmitButton>
        </Buttons>
      </FormArea>
    </Dialog>
  );
}
