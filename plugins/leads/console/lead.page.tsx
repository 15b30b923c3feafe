import type { PageProps } from '@portico/kit/page';
import { Card, Chip, Flash, FormCard, PageHead, PrintButton, Split, useFormat, useText } from '@portico/ui';
import { ChoiceField } from '../views/choice-field.tsx';
import { LeadCard } from '../views/lead-card.tsx';
import { LeadChip } from '../views/lead-chip.tsx';
import { LeadActivity, LeadWork, UndoAssignment } from '../views/lead-work.tsx';
import type { load } from './lead.server.ts';

type Props = PageProps<typeof load>;

/** One lead as staff see it; an unmatched one can be given to an order. */
export default function Lead({ data, refusal }: Props) {
  const t = useText();
  const format = useFormat();
  const { lead } = data;
  const sub = [
    lead.type,
    t('leads.received-at', { at: format.when(lead.receivedAt, 'inside') }),
    lead.source,
    lead.account,
    lead.orderNumber !== null && t('leads.order-number', { order: lead.orderNumber }),
  ];
  const chip = lead.accountId ? <LeadChip lead={lead} /> : <Chip tone="wait">{t('leads.unmatched')}</Chip>;
  const banner = refusal?.say ? <Flash tone="bad">{refusal.say}</Flash> : <UndoAssignment undo={data.undo} />;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.leads'), href: '/console/leads' }]}
        title={lead.name}
        chip={chip}
        sub={sub.filter(Boolean).join(' · ')}
        actions={<PrintButton />}
        banner={banner}
      />
      <Split
        side={
          <>
            {data.orders ? <ChooseOrder orders={data.orders} refusal={refusal} /> : <LeadWork data={data} refusal={refusal} />}
            <LeadActivity data={data} />
          </>
        }
      >
        <LeadCard data={data} />
      </Split>
    </>
  );
}

function ChooseOrder({ orders, refusal }: { readonly orders: NonNullable<Props['data']['orders']>; readonly refusal: Props['refusal'] }) {
  const t = useText();
  if (orders.choices.length === 0)
    return (
      <Card title={t('leads.give-to-order')}>
        <p className="ui-quiet">{t('leads.no-order-fits')}</p>
      </Card>
    );
  const options = orders.choices.map(({ id, number, account, remaining }) => ({
    value: id,
    label: t('leads.order-choice', { order: number, account, count: remaining }),
  }));
  return (
    <FormCard
      title={t('leads.give-to-order')}
      about={t('leads.give-to-order.about')}
      submit={t('leads.give')}
      refusal={refusal?.typed['intent'] === 'order' ? refusal : undefined}
    >
      <input type="hidden" name="intent" value="order" />
      <ChoiceField
        name="orderId"
        label={t('leads.order')}
        placeholder={t('leads.choose')}
        options={options}
        more={orders.more}
        moreHint={t('leads.order-choice.more', { count: orders.more })}
      />
    </FormCard>
  );
}
