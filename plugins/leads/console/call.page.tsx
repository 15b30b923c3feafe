import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  ButtonLink,
  Buttons,
  Card,
  DateTime,
  Facts,
  Flash,
  FormArea,
  PageHead,
  RadioGroup,
  Split,
  Stack,
  SubmitButton,
  TextField,
  useText,
} from '@portico/ui';
import { QueueChip, useQueueReason } from '../views/queue-words.tsx';
import type { load } from './call.server.ts';

type Props = PageProps<typeof load>;

/** One lead to call: the number, for whom, and what came of it. */
export default function Call({ data, refusal }: Props) {
  const t = useText();
  const { entry, plan, phoneText } = data;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.call-queue'), href: '/console/leads/queue' }]}
        title={entry.name}
        chip={<QueueChip entry={entry} />}
        sub={[entry.type, entry.town].filter(Boolean).join(' · ')}
        actions={
          entry.phone &&
          entry.state === 'queued' && (
            <ButtonLink icon="phone" look="main" href={`tel:${entry.phone}`}>
              {t('leads.queue.call', { number: phoneText ?? '' })}
            </ButtonLink>
          )
        }
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split side={<Outcome entry={entry} refusal={refusal} />}>
        <Card title={t('leads.lead')}>
          <Facts
            facts={[
              { label: t('leads.fact.phone'), value: entry.phone ? <Anchor href={`tel:${entry.phone}`}>{phoneText}</Anchor> : t('leads.queue.no-phone') },
              { label: t('leads.queue.customer'), value: <Anchor href={`/console/accounts/${entry.accountId}`}>{entry.account}</Anchor> },
              ...(plan ? [{ label: t('leads.queue.plan'), value: plan }] : []),
              { label: t('leads.queue.since'), value: <DateTime at={entry.queuedAt} look="long" /> },
              { label: t('leads.lead'), value: <Anchor href={`/console/leads/${entry.leadId}`}>{t('leads.queue.whole-lead')}</Anchor> },
            ]}
          />
        </Card>
      </Split>
    </>
  );
}

/** The form while it waits; afterwards what came of it, and the way back from a mistake. */
function Outcome({ entry, refusal }: { readonly entry: Props['data']['entry']; readonly refusal: Props['refusal'] }) {
  const t = useText();
  const reason = useQueueReason();
  if (entry.state === 'queued') return <CallForm refusal={refusal} />;
  if (entry.state !== 'called' || !entry.calledAt)
    return (
      <Card title={t('leads.queue.why')}>
        <p>{reason(entry)}</p>
      </Card>
    );
  return (
    <Card title={t('leads.queue.result')}>
      <Stack>
        <p>{reason(entry)}</p>
        <p className="ui-quiet">
          {entry.calledBy} · <DateTime at={entry.calledAt} look="long" />
        </p>
        <FormArea>
          <Buttons>
            <ButtonLink look="main" href="/console/leads/queue">
              {t('leads.queue.next')}
            </ButtonLink>
            <SubmitButton look="bare" icon="undo" name="intent" value="take-back">
              {t('leads.queue.take-back')}
            </SubmitButton>
          </Buttons>
        </FormArea>
      </Stack>
    </Card>
  );
}

function CallForm({ refusal }: { readonly refusal: Props['refusal'] }) {
  const t = useText();
  const results = ['reached', 'no-answer', 'wrong-number', 'appointment', 'not-interested'] as const;
  return (
    <Card title={t('leads.queue.result')}>
      <FormArea refusal={refusal}>
        <RadioGroup name="result" label={t('leads.queue.came-of-it')} options={results.map((value) => ({ value, label: t(`leads.queue.result.${value}`) }))} />
        <TextField name="note" label={t('leads.queue.note')} optional maxLength={500} />
        <SubmitButton look="main" name="intent" value="call">
          {t('leads.queue.mark')}
        </SubmitButton>
      </FormArea>
    </Card>
  );
}
