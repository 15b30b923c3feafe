import { Anchor, ButtonLink, Buttons, Card, Chip, DateTime, Facts, Stack, Timeline, useFormat, useText } from '@portico/ui';
import type { FollowedCollection } from '../collection/collection.queries.ts';
import type { FailedCharge } from '../collection/failed-charges.queries.ts';

const TONES = { declined: 'wait', 'hard-declined': 'bad', 'needs-customer': 'bad', processing: 'info', unknown: 'info' } as const;

/** What a failed charge waits for, or how it ended, in a word. */
export function CollectionChip({ charge }: { readonly charge: Pick<FailedCharge, 'state' | 'endedBecause'> }) {
  const t = useText();
  const { state, endedBecause } = charge;
  if (endedBecause) return <Chip tone={endedBecause === 'paid' ? 'good' : 'neutral'}>{t(`billing.collection.ended.${endedBecause}`)}</Chip>;
  return <Chip tone={TONES[state]}>{t(`billing.collection.state.${state}`)}</Chip>;
}

interface CardProps {
  readonly followed: FollowedCollection | undefined;
  /** Where the invoice is read; absent on its own page. */
  readonly invoiceHref?: string;
  /** The customer's own way to another card. */
  readonly withCard?: boolean;
}

/** What happened to a charge that did not go through, and what happens next: its three clocks, and every step with its day (S4). */
export function CollectionCard({ followed, invoiceHref, withCard }: CardProps) {
  const t = useText();
  if (!followed) return null;
  const { because, timeline, endedBecause } = followed;
  const isOpen = endedBecause === null;
  const isWithBank = isOpen && (followed.state === 'processing' || followed.state === 'unknown');
  return (
    <Card
      title={t('billing.collection')}
      aside={invoiceHref && <Anchor href={invoiceHref}>{t('billing.invoice.title', { number: followed.invoiceNumber })}</Anchor>}
    >
      <Stack>
        {because && endedBecause !== 'paid' && <p>{because}</p>}
        {endedBecause === 'given-up' && <p>{t(`billing.collection.then.${followed.lastRule}`)}</p>}
        {isOpen && <Clocks followed={followed} />}
        {withCard && endedBecause !== 'paid' && (
          <Buttons>
            {invoiceHref && !isWithBank && (
              <ButtonLink href={`/billing/pay?invoice=${followed.invoiceId}`} look="main" reload>
                {t('billing.pay')}
              </ButtonLink>
            )}
            {isOpen && followed.automatic && (
              <ButtonLink href="/billing/billing-info?card=new" icon="card" reload>
                {t('billing.collection.other-card')}
              </ButtonLink>
            )}
          </Buttons>
        )}
        <Timeline
          past={timeline.past.map(({ at, text }, position) => ({ key: `past ${position}`, at, text: t(text) }))}
          planned={timeline.planned.map(({ at, text, because: why }, position) => ({ key: `planned ${position}`, at, text: t(text), note: why && t(why) }))}
        />
      </Stack>
    </Card>
  );
}

const NOTICES: readonly string[] = ['tell-customer', 'remind-customer', 'tell-end'];

/** Three clocks apart: when a card is charged, when a mail goes out, what the last day brings (requirements 3.4). */
function Clocks({ followed }: { readonly followed: FollowedCollection }) {
  const t = useText();
  const format = useFormat();
  const { nextTryAt, timeline, lastDayAt, lastRule, automatic } = followed;
  const notice = timeline.planned.find(({ key }) => NOTICES.includes(key));
  const asks = timeline.planned.find(({ key }) => key === 'ask-gateway');
  return (
    <Facts
      facts={[
        ...(asks ? [{ label: t('billing.collection.clock.bank'), value: <DateTime at={asks.at} look="long" /> }] : []),
        ...(asks || !automatic
          ? []
          : [
              { label: t('billing.collection.clock.try'), value: nextTryAt ? <DateTime at={nextTryAt} look="long" /> : t('billing.collection.clock.no-try') },
              { label: t('billing.collection.clock.notice'), value: notice ? <DateTime at={notice.at} look="long" /> : '–' },
              { label: t('billing.collection.clock.access'), value: t(`billing.collection.clock.${lastRule}`, { day: format.when(lastDayAt, 'long') }) },
            ]),
      ]}
    />
  );
}
