import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  Buttons,
  Card,
  Consequences,
  DateTime,
  Dialog,
  DialogClose,
  DialogTrigger,
  Facts,
  Flash,
  FormArea,
  FormCard,
  Headline,
  Money,
  Notice,
  Num,
  PageHead,
  Slot,
  Split,
  Stack,
  SubmitButton,
  useSlotFills,
  useText,
} from '@portico/ui';
import { PlanFields } from '../views/plan-fields.tsx';
import { planFields } from '../views/plan-problems.ts';
import { PlanChip, PriceList, useInterval } from '../views/plan-words.tsx';
import type { load } from './plan.server.ts';

type Props = PageProps<typeof load>;

/** One plan: what it costs, what is in it, and whether it is sold. */
export default function Plan({ data, refusal }: Props) {
  const t = useText();
  const { plan, mayManage, currencies, parts } = data;
  const refused = refusal?.typed['intent'] === 'change' ? { ...refusal, fields: planFields(refusal.fields, currencies) } : undefined;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.plans'), href: '/console/billing/plans' }]}
        title={plan.name}
        chip={<PlanChip state={plan.state} />}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split side={<PlanFacts plan={plan} />}>
        {plan.state === 'archived' && <ArchivedCard plan={plan} />}
        {mayManage && plan.state === 'draft' && (
          <FormCard title={t('billing.plan.change')} submit={t('billing.save')} refusal={refused}>
            <input type="hidden" name="intent" value="change" />
            <PlanFields plan={plan} currencies={currencies} />
          </FormCard>
        )}
        <Slot fills={useSlotFills(parts)} props={{ planId: plan.id }} />
        <CustomerSees plan={plan} />
        {mayManage && plan.state === 'draft' && <PublishCard />}
        {mayManage && plan.state === 'live' && <ArchiveCard plan={plan} />}
      </Split>
    </>
  );
}

function PlanFacts({ plan }: { readonly plan: Props['data']['plan'] }) {
  const t = useText();
  const interval = useInterval();
  return (
    <Card title={t('billing.plan.terms')}>
      <Facts
        facts={[
          { label: t('billing.price'), value: <PriceList prices={plan.prices} /> },
          { label: t('billing.plan.interval'), value: interval(plan.every) },
          { label: t('billing.plan.about'), value: plan.about },
          { label: t('billing.subscriptions'), value: <InUse plan={plan} /> },
          { label: t('billing.created'), value: <DateTime at={plan.createdAt} look="long" /> },
        ]}
      />
    </Card>
  );
}

/** How many subscriptions have the plan, and the way to them. */
function InUse({ plan }: { readonly plan: Props['data']['plan'] }) {
  if (plan.inUse === 0) return <Num value={0} />;
  return (
    <Anchor href={`/console/billing/subscriptions?planId=${plan.id}`}>
      <Num value={plan.inUse} />
    </Anchor>
  );
}

/** The plan in the words and the figures that its customer reads, before anybody has it. */
function CustomerSees({ plan }: { readonly plan: Props['data']['plan'] }) {
  const t = useText();
  const interval = useInterval();
  return (
    <Card title={t('billing.plan.customer-sees')} about={t('billing.plan.customer-sees.about')}>
      <Stack>
        {plan.prices.map((price) => (
          <Headline key={price.currency} label={plan.name} value={<Money value={price} />} note={interval(plan.every)} />
        ))}
        {plan.about && <p>{plan.about}</p>}
      </Stack>
    </Card>
  );
}

/** An archived plan: nobody new gets it, and whoever has it keeps it. */
function ArchivedCard({ plan }: { readonly plan: Props['data']['plan'] }) {
  const t = useText();
  return (
    <Notice tone="neutral" title={t('billing.plan.is-archived')}>
      <p>{t('billing.plan.archive.then-kept', { count: plan.inUse })}</p>
    </Notice>
  );
}

function PublishCard() {
  const t = useText();
  return (
    <Card title={t('billing.plan.publish')} about={t('billing.plan.publish.about')}>
      <FormArea>
        <SubmitButton look="main" name="intent" value="publish">
          {t('billing.plan.publish')}
        </SubmitButton>
      </FormArea>
    </Card>
  );
}

/** What cannot be undone says so, and is pressed twice. */
function ArchiveCard({ plan }: { readonly plan: Props['data']['plan'] }) {
  const t = useText();
  return (
    <Card title={t('billing.plan.archive')} about={t('billing.plan.archive.about')}>
      <DialogTrigger target="archive-plan" look="grave">
        {t('billing.plan.archive')}
      </DialogTrigger>
      <Dialog id="archive-plan" title={t('billing.plan.archive.title', { plan: plan.name })}>
        <FormArea>
          <Consequences
            lines={[
              { icon: 'tag', text: t('billing.plan.archive.then-sold') },
              { icon: 'users', text: t('billing.plan.archive.then-kept', { count: plan.inUse }) },
            ]}
          />
          <Buttons end>
            <DialogClose target="archive-plan" look="bare">
              {t('billing.plan.archive.keep')}
            </DialogClose>
            <SubmitButton look="grave" name="intent" value="archive">
              {t('billing.plan.archive.button', { plan: plan.name })}
            </SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </Card>
  );
}
