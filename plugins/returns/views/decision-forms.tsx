import { Fragment } from 'react';
import type { Refusal } from '@portico/kit/page';
import { Button, Buttons, Dialog, DialogClose, DialogTrigger, FormArea, SubmitButton, TextField, useText } from '@portico/ui';

interface DecisionProps {
  readonly returnId: string;
  readonly leadName: string;
  readonly refusal?: Refusal;
  readonly small?: boolean;
}

/** Approve, and Deny with its reason. In a list, `A` and `D` press them. */
export function DecisionForms({ returnId, leadName, refusal, small }: DecisionProps) {
  const t = useText();
  const dialog = `deny-${returnId}`;
  const isRefusedHere = refusal?.typed.intent === 'deny' && refusal.typed.returnId === returnId;
  const Frame = small ? Fragment : Buttons; // the end of a row is a frame already
  return (
    <Frame>
      <DialogTrigger target={dialog} small={small} rowKey="d">
        {t('returns.deny')}
      </DialogTrigger>
      <FormArea className="ui-row">
        <input type="hidden" name="returnId" value={returnId} />
        <SubmitButton small={small} name="intent" value="approve" rowKey="a" pendingText={small ? undefined : t('returns.approve.pending')}>
          {t('returns.approve')}
        </SubmitButton>
      </FormArea>
      <Dialog id={dialog} title={t('returns.deny.title', { lead: leadName })} open={isRefusedHere}>
        <FormArea refusal={isRefusedHere ? refusal : undefined} prefix={dialog}>
          <input type="hidden" name="returnId" value={returnId} />
          <input type="hidden" name="intent" value="deny" />
          <TextField name="because" label={t('returns.field.because')} hint={t('returns.field.because-hint')} maxLength={200} />
          <Buttons end>
            <DialogClose target={dialog} look="bare">
              {t('returns.deny.cancel')}
            </DialogClose>
            <SubmitButton look="grave" pendingText={t('returns.deny.pending')}>
              {t('returns.deny.button')}
            </SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </Frame>
  );
}

/** The bulk bar of the queue: one reason, one decision, all picked returns. */
export function PickedDecision({ refusal }: { readonly refusal?: Refusal }) {
  const t = useText();
  const isRefusedHere = refusal?.typed.intent?.endsWith('-picked');
  return (
    <>
      <TextField
        name="because"
        label={t('returns.field.because-picked')}
        maxLength={200}
        required={false}
        optional
        error={isRefusedHere ? (refusal?.fields.because ?? refusal?.fields.ids ?? refusal?.fields['']) : undefined}
        defaultValue={isRefusedHere ? refusal?.typed.because : undefined}
      />
      <Button name="intent" value="deny-picked">
        {t('returns.deny.picked')}
      </Button>
      <Button look="main" name="intent" value="approve-picked">
        {t('returns.approve.picked')}
      </Button>
    </>
  );
}
