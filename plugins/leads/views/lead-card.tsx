import { Anchor, Card, DateTime, Facts, type SlotFill, Slot, Tabs, useSlotFills, useText } from '@portico/ui';
import { useLocation } from '@portico/ui/navigation';
import type { leadPageData } from './lead-page-data.ts';

type Data = Awaited<ReturnType<typeof leadPageData>>;

const DETAILS = 'details';
const tabOf = (fill: SlotFill): string => `${fill.plugin}.${fill.view}`;

/** Details of a lead and the tabs that plugins add, each with an address of its own. */
export function LeadCard({ data }: { readonly data: Data }) {
  const t = useText();
  const fills = useSlotFills(data.tabs);
  const asked = new URLSearchParams(useLocation().search).get('tab');
  const shown = fills.find((fill) => tabOf(fill) === asked || fill.plugin === asked);
  const tabs = [
    { href: '?', label: t('leads.tab.details'), current: !shown },
    ...fills.map((fill) => ({ href: `?tab=${tabOf(fill)}`, label: fill.title, current: fill === shown })),
  ];
  return (
    <Card flush label={shown?.title ?? t('leads.tab.details')} id={shown ? undefined : DETAILS}>
      {fills.length > 0 && <Tabs label={t('leads.tabs')} tabs={tabs} />}
      <div className="ui-card-body">{shown ? <Slot fills={[shown]} props={{ leadId: data.lead.id }} /> : <Details data={data} />}</div>
    </Card>
  );
}

/** How to reach the person, and whatever else is known. */
function Details({ data: { lead, facts, phoneText } }: { readonly data: Data }) {
  const t = useText();
  const own = [
    { label: t('leads.fact.phone'), value: lead.phone && <Anchor href={`tel:${lead.phone}`}>{phoneText}</Anchor> },
    { label: t('leads.fact.email'), value: lead.email && <Anchor href={`mailto:${lead.email}`}>{lead.email}</Anchor> },
  ];
  const others = facts.map(({ label, text, at }) => ({
    label,
    value: at ? (
      <>
        {text} <DateTime at={at} />
      </>
    ) : (
      text
    ),
  }));
  return <Facts facts={[...own, ...others, { label: t('leads.fact.assignee'), value: lead.assignee ?? t('leads.nobody') }]} />;
}
