import type { EffectLine, Foreseen } from '@portico/kit';
import {
  Buttons,
  ButtonLink,
  Card,
  Consequences,
  Facts,
  FormArea,
  RadioGroup,
  Stack,
  SubmitButton,
  TextField,
  Timeline,
  UndoBanner,
  useFormat,
  useText,
} from '@portico/ui';
import type { FormRefusal } from '@portico/ui';
import type { FollowedCancellation, SettledCancellation } from '../cancellation/cancellation.queries.ts';

/** A line of what a change does, money and days as people read them. */
function useLine() {
  const t = useText();
  const format = useFormat();
  return ({ text, values = {} }: EffectLine): string => {
    const { amount, currency, renewsOn } = values;
    const money: Record<string, string> = typeof amount === 'number' && typeof currency === 'string' ? { amount: format.money({ amount, currency }) } : {};
    const day: Record<string, string> = typeof renewsOn === 'string' ? { renewsOn: format.when(renewsOn, 'long') } : {};
    return t(text, { ...values, ...money, ...day });
  };
}

interface FormProps {
  readonly foreseen: Foreseen;
  readonly choices: readonly ('at-once' | 'period-end')[];
  readonly onRequest: boolean;
  readonly back: string;
  readonly refusal?: FormRefusal;
}

/** What will happen, by each plugin, and the button that confirms it. */
export function CancelForm({ foreseen, choices, onRequest, back, refusal }: FormProps) {
  const t = useText();
  const line = useLine();
  const lines = foreseen.parts.flatMap(({ title, lines }) =>
    lines.map((one) => ({ text: line(one), note: one.final ? `${t(title)} · ${t('billing.cancel.final')}` : t(title) })),
  );
  return (
    <Card title={t('billing.cancel.what')}>
      <FormArea refusal={refusal}>
        <input type="hidden" name="token" value={foreseen.token} />
        <Consequences lines={lines} />
        {choices.length > 1 && (
          <RadioGroup
            name="when"
            label={t('billing.cancel.when')}
            defaultValue="at-once"
            options={choices.map((value) => ({ value, label: t(`billing.cancel.when.${value}`) }))}
          />
        )}
        <TextField name="reason" label={t('billing.cancel.reason')} optional maxLength={500} />
        <Buttons end>
          <ButtonLink href={back}>{t('billing.cancel.keep')}</ButtonLink>
          <SubmitButton look="grave">{t(onRequest ? 'billing.cancel.ask' : 'billing.cancel.confirm')}</SubmitButton>
        </Buttons>
      </FormArea>
    </Card>
  );
}

/** The countdown with Undo, while a cancellation can still be undone; nothing otherwise. */
export function CancellationBanner({ followed }: { readonly followed?: FollowedCancellation }) {
  const t = useText();
  const format = useFormat();
  if (followed?.state !== 'waiting') return null;
  const until = followed.takesEffectAt ?? followed.askedAt;
  return (
    <UndoBanner
      title={t('billing.cancel.ends-at', { at: format.when(until, 'long') })}
      text={t('billing.cancel.until-then')}
      secondsLeft={followed.secondsLeft}
      secondsTotal={followed.secondsTotal}
    >
      <FormArea>
        <SubmitButton look="main" icon="undo" name="intent" value="undo">
          {t('billing.cancel.undo')}
        </SubmitButton>
      </FormArea>
    </UndoBanner>
  );
}

/** What happened and what will happen with a cancellation, and what can be done about it. */
export function CancellationCard({ followed, mayDecide }: { readonly followed?: FollowedCancellation; readonly mayDecide: boolean }) {
  const t = useText();
  const line = useLine();
  if (!followed) return null;
  const stays = followed.effects.filter(({ revertible, state }) => state === 'applied' && !revertible).flatMap(({ applied }) => applied);
  return (
    <Card title={t('billing.cancel.card')}>
      <Stack>
        {followed.state === 'asked' ? <AskedFor followed={followed} mayDecide={mayDecide} /> : <Timeline {...stepsOf(t, followed)} />}
        {(followed.state === 'asked' || followed.mayTakeBack) && (
          <FormArea>
            {followed.mayTakeBack && <p>{t('billing.cancel.take-back.about')}</p>}
            {followed.mayTakeBack && stays.length > 0 && <Consequences lines={stays.map((one) => ({ text: line(one), note: t('billing.cancel.final') }))} />}
            <Buttons>
              {followed.state === 'asked' && (
                <SubmitButton look="plain" name="intent" value="undo">
                  {t('billing.cancel.withdraw')}
                </SubmitButton>
              )}
              {followed.state === 'asked' && mayDecide && (
                <SubmitButton look="plain" name="intent" value="refuse">
                  {t('billing.cancel.refuse')}
                </SubmitButton>
              )}
              {followed.mayTakeBack && (
                <SubmitButton look="plain" name="intent" value="take-back">
                  {t('billing.cancel.take-back')}
                </SubmitButton>
              )}
            </Buttons>
          </FormArea>
        )}
      </Stack>
    </Card>
  );
}

/** A request that staff have not answered: the reason, and to staff how they say yes. */
function AskedFor({ followed, mayDecide }: { readonly followed: FollowedCancellation; readonly mayDecide: boolean }) {
  const t = useText();
  return (
    <>
      <p>{t('billing.cancel.asked')}</p>
      {followed.reason && <Facts facts={[{ label: t('billing.cancel.reason-given'), value: followed.reason }]} />}
      {mayDecide && <p className="ui-quiet">{t('billing.cancel.decide')}</p>}
    </>
  );
}

/** What came of earlier wishes to cancel: refused, undone, taken back. Nothing when there were none. */
export function EarlierCancellations({ settled }: { readonly settled: readonly SettledCancellation[] }) {
  const t = useText();
  const format = useFormat();
  if (settled.length === 0) return null;
  return (
    <Card title={t('billing.cancel.earlier')}>
      <Timeline
        past={settled.map(({ id, state, askedAt, settledAt }) => ({
          key: id,
          at: settledAt,
          text: t(`billing.cancel.earlier.${state}`),
          note: t('billing.cancel.earlier.asked', { at: format.when(askedAt, 'inside') }),
        }))}
      />
    </Card>
  );
}

const stepsOf = (t: ReturnType<typeof useText>, { timeline }: FollowedCancellation) => ({
  past: timeline.past.map(({ key, at, text }) => ({ key, at, text: t(text) })),
  planned: timeline.planned.map(({ key, at, text, because }) => ({ key, at, text: t(text), note: because && t(because) })),
});
