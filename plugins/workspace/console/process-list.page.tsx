import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  Card,
  Chip,
  DataTable,
  DateTime,
  EmptyState,
  FormErrors,
  Icon,
  NoMatch,
  PageBar,
  PageHead,
  Stack,
  SubmitButton,
  Toolbar,
  useText,
  type Column,
  type Filter,
  type Tone,
} from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { load } from './process-list.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];
const TONES: Readonly<Record<Row['state'], Tone>> = { live: 'info', stuck: 'bad', resting: 'wait', ended: 'neutral' };

/** What goes on by itself: where each process stands, and what comes next. */
export default function ProcessList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const states = (['live', 'stuck', 'ended'] as const).map((state) => ({ value: state, label: t(`workspace.process.${state}`) }));
  const filters: Filter[] = [{ kind: 'select', name: 'state', label: t('workspace.field.state'), all: t('workspace.process.all'), options: states }];
  const columns: Column<Row>[] = [
    { key: 'kind', header: t('workspace.field.process'), lead: true, cell: (row) => <ProcessName row={row} /> },
    { key: 'state', header: t('workspace.field.state'), cell: (row) => <Chip tone={TONES[row.state]}>{t(`workspace.process.${row.state}`)}</Chip> },
    { key: 'next', header: t('workspace.field.next-step'), cell: (row) => <NextStep row={row} /> },
    {
      key: 'when',
      header: t('workspace.field.when'),
      cell: (row) => (row.nextAt ? <DateTime at={row.nextAt} /> : row.endedAt ? <DateTime at={row.endedAt} /> : '–'),
    },
    { key: 'started', header: t('workspace.field.started'), cell: (row) => <DateTime at={row.startedAt} />, sort: true, firstWay: 'descending' },
  ];
  return (
    <>
      <PageHead title={t('workspace.processes')} sub={t('workspace.processes.about')} />
      <Stack>
        {refusal && <FormErrors say={refusal.say} fields={refusal.fields} />}
        <Card flush label={t('workspace.processes')}>
          <Toolbar filters={filters} />
          <DataTable
            caption={t('workspace.processes')}
            columns={columns}
            rows={data.data}
            rowKey={(row) => row.id}
            defaultSort="-started"
            actions={(row) => <ProcessActions row={row} canWake={data.canWake} />}
            empty={
              data.isNarrowed ? <NoMatch /> : <EmptyState icon="process" title={t('workspace.processes.none')} text={t('workspace.processes.none-text')} />
            }
          />
          <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
        </Card>
      </Stack>
    </>
  );
}

function ProcessName({ row }: { readonly row: Row }) {
  return (
    <>
      <b>{row.kindSaid}</b>
      <br />
      <small className="ui-quiet">{row.pluginSaid}</small>
    </>
  );
}

function NextStep({ row }: { readonly row: Row }) {
  const t = useText();
  if (row.stuckBecause) return <>{row.stuckBecause}</>;
  if (row.nextSaid) return <>{row.nextSaid}</>;
  return <>{row.outcomeSaid ? t('workspace.process.outcome', { outcome: row.outcomeSaid }) : '–'}</>;
}

function ProcessActions({ row, canWake }: { readonly row: Row; readonly canWake: boolean }) {
  const t = useText();
  return (
    <>
      {row.temporalUrl && (
        <Anchor href={row.temporalUrl} target="_blank" rel="noreferrer" className="ui-button ui-button-bare ui-button-small">
          {t('workspace.process.open')} <Icon name="external" size={14} />
        </Anchor>
      )}
      {canWake && row.state === 'stuck' && (
        <Form method="post">
          <input type="hidden" name="processId" value={row.id} />
          <SubmitButton look="plain" small>
            {t('workspace.process.wake')}
          </SubmitButton>
        </Form>
      )}
    </>
  );
}
