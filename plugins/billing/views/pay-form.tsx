import {
  Buttons,
  Card,
  CheckField,
  Flash,
  FormArea,
  Headline,
  Money,
  Notice,
  RadioGroup,
  Stack,
  SubmitButton,
  SwitchField,
  useFormat,
  useText,
} from '@portico/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CardForm } from '../api.ts';
import type { Amount } from '../plan/plan.queries.ts';
import { CardFields, useGatewayScript } from './card-fields.tsx';

/** A card that is kept, in a choice. */
export interface KeptCard {
  readonly id: string;
  readonly brand: string;
  readonly lastFour: string;
  readonly isDefault: boolean;
}

interface PayProps {
  readonly total: Amount;
  /** What is paid, as it was shown: the form carries it. */
  readonly invoices: readonly { readonly id: string; readonly amount: number }[];
  /** These are all that is owed. */
  readonly whole?: boolean;
  readonly formId: string;
  readonly form: CardForm;
  readonly cards?: readonly KeptCard[];
  /** Whom the payer may let charge this card from now on; absent where auto-pay is on already, or not theirs to switch. */
  readonly autoPayFor?: string;
  /** Nothing is kept of the card. */
  readonly isOnce?: boolean;
  readonly refusal?: { readonly fields: Readonly<Record<string, string>>; readonly say?: string; readonly typed: Readonly<Record<string, string>> };
}

/** Pays what is shown: with a card that is kept, or one that is typed into the gateway's own fields. The sum stands on the button. */
export function PayForm({ total, invoices, whole, formId, form, cards = [], autoPayFor, isOnce = false, refusal }: PayProps) {
  const t = useText();
  const format = useFormat();
  const [method, setMethod] = useState(cards.find(({ isDefault }) => isDefault)?.id ?? cards[0]?.id ?? 'new');
  const options = [...cards.map(({ id, brand, lastFour }) => ({ value: id, label: `${brand} ${lastFour}` })), { value: 'new', label: t('billing.card.new') }];
  return (
    <FormArea refusal={refusal}>
      <Stack>
        <input type="hidden" name="intent" value="pay" />
        <input type="hidden" name="formId" value={formId} />
        {whole && <input type="hidden" name="whole" value="1" />}
        <input type="hidden" name="currency" value={total.currency} />
        {invoices.map(({ id, amount }) => (
          <input key={id} type="hidden" name={`invoice-${id}`} value={amount} />
        ))}
        {cards.length > 0 && (
          <div onChange={(event) => setMethod((event.target as HTMLInputElement).value)}>
            <RadioGroup name="method" label={t('billing.pay.with')} options={options} defaultValue={method} />
          </div>
        )}
        {method === 'new' && <CardFields form={form} refusal={refusal} />}
        {method === 'new' && !isOnce && <CheckField name="keep" label={t('billing.card.keep')} hint={t('billing.card.keep.hint')} />}
        {autoPayFor !== undefined && (
          <SwitchField name="autoPay" label={t('billing.auto-pay.with-this-card')} hint={t('billing.auto-pay.mandate', { business: autoPayFor })} />
        )}
        <Buttons>
          <SubmitButton look="main" wide pendingText={t('billing.pay.pending')}>
            {t('billing.pay.button', { amount: format.money(total) })}
          </SubmitButton>
        </Buttons>
      </Stack>
    </FormArea>
  );
}

interface ConfirmProps {
  readonly form: CardForm;
  readonly attemptId: string;
  readonly clientSecret: string;
}

/** The bank asks: the gateway's script shows its question, then the page finds out how it went. */
export function ConfirmAtBank({ form, attemptId, clientSecret }: ConfirmProps) {
  const t = useText();
  const gateway = useGatewayScript(form);
  const finish = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (typeof gateway === 'string' || asked.current) return;
    asked.current = true;
    // whatever the bank's page says: how the payment stands is asked of the gateway
    gateway.handleNextAction({ clientSecret }).then(
      () => finish.current?.click(),
      () => finish.current?.click(),
    );
  }, [gateway, clientSecret]);
  return (
    <Card title={t('billing.confirm.title')}>
      <FormArea>
        <Stack>
          <p>{t('billing.confirm.text')}</p>
          <input type="hidden" name="attemptId" value={attemptId} />
          <Buttons>
            <button ref={finish} type="submit" name="intent" value="finish" className="ui-button ui-button-main">
              {t('billing.confirm.done')}
            </button>
            <SubmitButton look="bare" name="intent" value="give-up">
              {t('billing.confirm.other-card')}
            </SubmitButton>
          </Buttons>
        </Stack>
      </FormArea>
    </Card>
  );
}

/** A payment is on its way: nothing is paid twice. */
export function Checking() {
  const t = useText();
  return (
    <Notice tone="wait" title={t('billing.invoice.checking')}>
      <p>{t('billing.invoice.checking.text')}</p>
    </Notice>
  );
}

/** What is to be paid, as the large figure of the page. */
export function PaySum({
  label,
  total,
  note,
  changed,
}: {
  readonly label: string;
  readonly total: Amount;
  readonly note?: ReactNode;
  readonly changed?: boolean;
}) {
  const t = useText();
  return (
    <Card label={label}>
      {changed && <Flash tone="wait">{t('billing.pay.changed')}</Flash>}
      <Headline label={label} value={<Money value={total} />} note={note} />
    </Card>
  );
}
