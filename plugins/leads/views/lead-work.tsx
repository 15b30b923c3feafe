import type { Refusal } from '@portico/kit/page';
import { Card, FormArea, SelectField, SubmitButton, Timeline, UndoBanner, useText } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import { AssigneeField } from './assignee-field.tsx';
import type { leadPageData } from './lead-page-data.ts';

type Data = Awaited<ReturnType<typeof leadPageData>>;
interface Props {
  readonly data: Data;
  readonly refusal?: Refusal;
}

const STATUSES = ['new', 'contacted', 'appointment', 'won', 'lost'] as const;
const refusalOf = (refusal: Refusal | undefined, intent: string) => (refusal?.typed['intent'] === intent ? refusal : undefined);

/** Whom the lead is given to, and how far the work has come. */
export function LeadWork({ data, refusal }: Props) {
  const t = useText();
  const { lead, assignable } = data;
  if (!data.mayWork) return null;
  return (
    <Card title={t('leads.work')}>
      <div className="ui-stack">
        <FormArea prefix="status" refusal={refusalOf(refusal, 'status')}>
          <input type="hidden" name="intent" value="status" />
          <SelectField
            name="status"
            label={t('leads.column.status')}
            defaultValue={lead.status}
            key={lead.status}
            options={STATUSES.map((value) => ({ value, label: t(`leads.status.${value}`) }))}
          />
          <SubmitButton look="plain">{t('leads.save-status')}</SubmitButton>
        </FormArea>
        {assignable.choices.some(({ memberId }) => memberId !== lead.assigneeId) && (
          <FormArea prefix="assign" refusal={refusalOf(refusal, 'assign')}>
            <input type="hidden" name="intent" value="assign" />
            <AssigneeField people={assignable} assigneeId={lead.assigneeId ?? ''} />
            <SubmitButton pendingText={t('leads.assigning')}>{t('leads.assign')}</SubmitButton>
          </FormArea>
        )}
      </div>
    </Card>
  );
}

/** A moment after the lead was given to somebody: the way back, with the time that is left. */
export function UndoAssignment({ undo }: { readonly undo: Data['undo'] }) {
  const t = useText();
  if (!undo) return null;
  const title = undo.to ? t('leads.event.assigned', { name: undo.to }) : t('leads.event.unassigned');
  return (
    <UndoBanner
      title={title}
      text={undo.from ? t('leads.undo.to', { name: undo.from }) : t('leads.undo.to-nobody')}
      secondsLeft={undo.secondsLeft}
      secondsTotal={undo.secondsTotal}
    >
      <Form method="post">
        <input type="hidden" name="intent" value="undo" />
        <input type="hidden" name="assignmentId" value={undo.assignmentId} />
        <SubmitButton look="plain">{t('leads.undo')}</SubmitButton>
      </Form>
    </UndoBanner>
  );
}

/** What happened to the lead so far. */
export function LeadActivity({ data: { timeline } }: Pick<Props, 'data'>) {
  const t = useText();
  return (
    <Card title={t('leads.activity')}>
      <Timeline past={timeline.past.map((event, at) => ({ ...event, key: `${at}` }))} planned={timeline.planned} />
    </Card>
  );
}
