import type { Refusal } from '@portico/kit/page';
import { Facts, Notice, Stack, useText } from '@portico/ui';
import type { FollowedReturn } from '../read-return-tab.ts';
import { DecisionForms } from './decision-forms.tsx';
import { ReturnFacts } from './return-facts.tsx';
import { Votes } from './votes.tsx';

interface CaseProps {
  readonly followed: FollowedReturn;
  readonly refusal?: Refusal;
  /** Where the lead is, when this is not its page. */
  readonly leadHref?: string;
}

/** A return as staff see it: facts, votes, and the decision. */
export function ReturnCase({ followed: { asked, mayDecide }, refusal, leadHref }: CaseProps) {
  const t = useText();
  // Decided in the meantime, there is no form left at whose fields a sentence could stand.
  const said = refusal?.say ?? (mayDecide ? undefined : Object.values(refusal?.fields ?? {})[0]);
  return (
    <Stack>
      {said && <Notice tone="bad">{said}</Notice>}
      <ReturnFacts asked={asked} leadHref={leadHref} />
      <Facts
        facts={[
          { label: t('returns.column.customer'), value: t('returns.queue.whose', { customer: asked.accountName, order: asked.orderNumber }) },
          { label: t('returns.column.votes'), value: <Votes votes={asked.votes} /> },
        ]}
      />
      {mayDecide && <DecisionForms returnId={asked.id} leadName={asked.leadName} refusal={refusal} />}
    </Stack>
  );
}
