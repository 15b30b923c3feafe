import type { Refusal } from '@portico/kit/page';
import { Button, Buttons, Consequences, Dialog, DialogClose, DialogTrigger, TextField, useFormat, useText } from '@portico/ui';
import type { InvoiceRow } from '../invoice/invoice.queries.ts';

interface Props {
  readonly picked: readonly InvoiceRow[];
  /** Makes what is recorded once. */
  readonly formId: string;
  readonly refusal?: Refusal;
}

/** What can be done with the picked invoices; what cannot be taken back asks once more. */
export function PickedInvoices({ picked, formId, refusal }: Props) {
  const t = useText();
  return (
    <>
      <input type="hidden" name="formId" value={formId} />
      <Button small name="intent" value="send">
        {t('billing.invoice.mark-sent')}
      </Button>
      <Button small name="intent" value="pay-link">
        {t('billing.pay-link.send')}
      </Button>
      <DialogTrigger small target="record-picked">
        {t('billing.invoices.record')}
      </DialogTrigger>
      <DialogTrigger small look="grave" target="void-picked">
        {t('billing.invoice.void-it')}
      </DialogTrigger>
      <RecordPicked picked={picked} />
      <VoidPicked picked={picked} refusal={refusal} />
    </>
  );
}

/** "3 invoices, $120.00, €40.00 in all": what the picked ones are over, or what is open of them, each currency by itself. */
function usePickedText(picked: readonly InvoiceRow[], what: 'total' | 'open'): string {
  const t = useText();
  const format = useFormat();
  const sums = new Map<string, number>();
  for (const { [what]: sum } of picked) sums.set(sum.currency, (sums.get(sum.currency) ?? 0) + sum.amount);
  const amount = [...sums].map(([currency, sum]) => format.money({ amount: sum, currency })).join(', ');
  return picked.length > 0 ? t(`billing.invoices.picked-${what}`, { count: picked.length, amount }) : t('billing.invoices.picked-unknown');
}

function RecordPicked({ picked }: Pick<Props, 'picked'>) {
  const t = useText();
  return (
    <Dialog id="record-picked" title={t('billing.invoices.record.title')}>
      <Consequences
        lines={[
          { icon: 'bill', text: usePickedText(picked, 'open') },
          { icon: 'check', text: t('billing.invoices.record.then') },
        ]}
      />
      <Buttons end>
        <DialogClose target="record-picked" look="bare">
          {t('billing.keep')}
        </DialogClose>
        <Button look="main" name="intent" value="record">
          {t('billing.invoices.record')}
        </Button>
      </Buttons>
    </Dialog>
  );
}

function VoidPicked({ picked, refusal }: Pick<Props, 'picked' | 'refusal'>) {
  const t = useText();
  const isRefusedHere = refusal?.typed['intent'] === 'void' && refusal.fields['reason'] !== undefined;
  return (
    <Dialog id="void-picked" title={t('billing.invoices.void.title')} open={isRefusedHere}>
      <Consequences
        lines={[
          { icon: 'bill', text: usePickedText(picked, 'total') },
          { icon: 'stop', text: t('billing.invoices.void.then') },
        ]}
      />
      <TextField
        name="reason"
        label={t('billing.reason')}
        hint={t('billing.note.read-by-customer')}
        maxLength={200}
        required={false}
        error={isRefusedHere ? refusal.fields['reason'] : undefined}
        defaultValue={isRefusedHere ? refusal.typed['reason'] : undefined}
      />
      <Buttons end>
        <DialogClose target="void-picked" look="bare">
          {t('billing.keep')}
        </DialogClose>
        <Button look="grave" name="intent" value="void">
          {t('billing.invoice.void-it')}
        </Button>
      </Buttons>
    </Dialog>
  );
}
