import type { PageProps, Refusal } from '@portico/kit/page';
import {
  Anchor,
  Card,
  Chip,
  type Column,
  DataTable,
  DateTime,
  EmptyState,
  type Filter,
  Kbd,
  KeyHints,
  NoMatch,
  Notice,
  PageBar,
  PageHead,
  Stack,
  type Tone,
  Toolbar,
  useHydrated,
  useText,
} from '@portico/ui';
import { useSearchParams } from '@portico/ui/navigation';
import { DecisionForms, PickedDecision } from '../views/decision-forms.tsx';
import { ReturnChip } from '../views/return-chip.tsx';
import { Votes } from '../views/votes.tsx';
import type { load } from './return-queue.server.ts';

type Data = Awaited<ReturnType<typeof load>>;
type Waiting = Data['returns'][number];

/** Returns that wait for a decision, the oldest deadline first. A approves, D denies, J goes on, X picks. */
export default function ReturnQueue({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const [params] = useSearchParams();
  const { returns, total, isFloor, waiting, nextCursor, previousCursor } = data;
  const isQueue = !params.get('status');
  return (
    <>
      <PageHead
        title={t('returns.title')}
        sub={<QueueState data={data} />}
        actions={isQueue && waiting.total > 0 && <KeyHint />}
        banner={refusal?.say && <Notice tone="bad">{refusal.say}</Notice>}
      />
      <Card label={t('returns.title')} flush>
        <Toolbar filters={useStatusFilter()} />
        <DataTable
          caption={t('returns.title')}
          columns={useColumns()}
          rows={returns}
          rowKey={(row) => row.id}
          keys
          actions={isQueue ? (row) => <Actions row={row} refusal={refusal} /> : undefined}
          selection={isQueue ? { label: (row) => t('returns.queue.pick', { lead: row.lead }), bar: <PickedDecision refusal={refusal} /> } : undefined}
          empty={isQueue ? <EmptyState icon="check" title={t('returns.queue.empty')} text={t('returns.queue.empty-text')} /> : <NoMatch />}
        />
        <PageBar shown={returns.length} total={total} isFloor={isFloor} nextCursor={nextCursor} previousCursor={previousCursor} />
      </Card>
    </>
  );
}

const Actions = ({ row, refusal }: { readonly row: Waiting; readonly refusal?: Refusal }) => (
  <DecisionForms returnId={row.id} leadName={row.lead} refusal={refusal} small />
);

function QueueState({ data: { waiting, firstDecideBy } }: { readonly data: Data }) {
  const t = useText();
  const { total, isFloor } = waiting;
  const count = isFloor ? t('returns.queue.waiting-more', { total }) : t('returns.queue.waiting', { count: total });
  if (firstDecideBy === null) return <>{count}</>;
  return (
    <>
      {count} · {t('returns.queue.first-deadline')} <DateTime at={firstDecideBy} look="inside" />
    </>
  );
}

/** Keys work once script runs; until then nobody is told of them. */
function KeyHint() {
  const t = useText();
  if (!useHydrated()) return null;
  return (
    <KeyHints>
      <Kbd>A</Kbd> {t('returns.queue.key-approve')} <Kbd>D</Kbd> {t('returns.queue.key-deny')} <Kbd>J</Kbd> {t('returns.queue.key-next')} <Kbd>X</Kbd>{' '}
      {t('returns.queue.key-pick')}
    </KeyHints>
  );
}

function useStatusFilter(): readonly Filter[] {
  const t = useText();
  const options = (['approved', 'denied', 'withdrawn'] as const).map((value) => ({ value, label: t(`returns.status.${value}`) }));
  return [{ kind: 'select', name: 'status', label: t('returns.filter.show'), all: t('returns.filter.waiting'), options }];
}

function useColumns(): readonly Column<Waiting>[] {
  const t = useText();
  return [
    { key: 'lead', header: t('returns.column.lead'), lead: true, cell: (row) => <Lead row={row} /> },
    { key: 'reason', header: t('returns.column.reason'), cell: (row) => <Reason row={row} /> },
    { key: 'decide-by', header: t('returns.column.queue-decide-by'), cell: (row) => <Deadline row={row} /> },
    { key: 'votes', header: t('returns.column.votes'), cell: (row) => <Votes votes={row.votes} /> },
    {
      key: 'before',
      header: t('returns.column.before'),
      cell: ({ before }) => (before.returned === 0 ? t('returns.queue.before-none') : t('returns.queue.before', before)),
    },
  ];
}

function Lead({ row }: { readonly row: Waiting }) {
  const t = useText();
  return (
    <>
      <Anchor href={`/console/returns/${row.id}`}>{row.lead}</Anchor>
      <br />
      {t('returns.queue.whose', { customer: row.customer, order: row.orderNumber })}
    </>
  );
}

const Reason = ({ row }: { readonly row: Waiting }) => (
  <Stack tight>
    <span>{row.reason}</span>
    {row.note && <small className="ui-quiet">{row.note}</small>}
  </Stack>
);

/** The promise to the customer, in colour and in words, and how long the customer has waited. */
function Deadline({ row }: { readonly row: Waiting }) {
  const t = useText();
  if (row.status !== 'pending') return <ReturnChip status={row.status} />;
  return (
    <Stack tight>
      <DateTime at={row.decideBy} />
      <Chip tone={toneOf(row.hoursLeft)}>{dueText(t, row.hoursLeft)}</Chip>
      <small className="ui-quiet">{ageText(t, row.hoursWaiting)}</small>
    </Stack>
  );
}

const toneOf = (hoursLeft: number): Tone => (hoursLeft < 4 ? 'bad' : hoursLeft < 12 ? 'wait' : 'neutral');

function dueText(t: ReturnType<typeof useText>, hoursLeft: number): string {
  if (hoursLeft < 0) return t('returns.queue.overdue');
  if (hoursLeft < 1) return t('returns.queue.due-minutes', { count: Math.floor(hoursLeft * 60) });
  return hoursLeft < 48 ? t('returns.queue.due-hours', { count: Math.floor(hoursLeft) }) : t('returns.queue.due-days', { count: Math.floor(hoursLeft / 24) });
}

function ageText(t: ReturnType<typeof useText>, hours: number): string {
  if (hours < 1) return t('returns.queue.age-minutes', { count: Math.max(1, Math.floor(hours * 60)) });
  return hours < 48 ? t('returns.queue.age-hours', { count: Math.floor(hours) }) : t('returns.queue.age-days', { count: Math.floor(hours / 24) });
}
