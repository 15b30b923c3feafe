import type { PageProps } from '@portico/kit/page';
import {
  ButtonLink,
  Card,
  Chip,
  Consequences,
  DataTable,
  DateTime,
  FormCard,
  FormErrors,
  PageHead,
  Stack,
  SubmitButton,
  useText,
  type Column,
} from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { load } from './plugin-list.server.ts';

type Row = PageProps<typeof load>['data']['plugins'][number];

/** What is installed, what each plugin adds, how it is, and its switch. */
export default function PluginList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const titleOf = (id: string) => data.plugins.find((plugin) => plugin.id === id)?.title ?? id;
  const columns: Column<Row>[] = [
    { key: 'title', header: t('workspace.field.plugin'), lead: true, cell: (row) => <PluginName row={row} /> },
    { key: 'adds', header: t('workspace.field.adds'), cell: (row) => row.adds.map((one) => addsText(t, one)).join(', ') },
    { key: 'requires', header: t('workspace.field.requires'), cell: (row) => row.requires.map(titleOf).join(', ') || '–' },
    { key: 'processes', header: t('workspace.field.live'), cell: (row) => row.liveProcesses, align: 'end' },
    { key: 'state', header: t('workspace.field.state'), cell: (row) => <PluginChip row={row} /> },
  ];
  return (
    <>
      <PageHead title={t('workspace.plugins')} sub={t(data.canSwitch ? 'workspace.plugins.about' : 'workspace.owner-only')} />
      <Stack>
        {refusal && <FormErrors say={refusal.say} fields={refusal.fields} />}
        {data.switchingOff && <SwitchOff plugin={data.switchingOff} />}
        <Card flush label={t('workspace.plugins')}>
          <DataTable
            caption={t('workspace.plugins')}
            columns={columns}
            rows={data.plugins}
            rowKey={(row) => row.id}
            actions={(row) => data.canSwitch && <Switch row={row} titleOf={titleOf} />}
          />
        </Card>
      </Stack>
    </>
  );
}

/** "pages 3" → "3 pages". */
function addsText(t: ReturnType<typeof useText>, text: string): string {
  const [kind, count] = text.split(' ');
  return t(`workspace.adds.${kind}`, { count: Number(count) });
}

function PluginName({ row }: { readonly row: Row }) {
  const t = useText();
  return (
    <>
      <b>{row.quarantined ? row.id : row.title}</b> <small className="ui-quiet">{t('workspace.plugin.version', { version: row.version })}</small>
      {row.about && (
        <>
          <br />
          <small className="ui-quiet">{row.about}</small>
        </>
      )}
      {row.lastFailure && (
        <>
          <br />
          <small>
            {t('workspace.plugin.last-failure')} <DateTime at={row.lastFailure.at} />: {row.lastFailure.where}. {row.lastFailure.because}
          </small>
        </>
      )}
      {row.quarantined && (
        <>
          <br />
          <small>{t('workspace.plugin.because', { reason: row.quarantined })}</small>
        </>
      )}
    </>
  );
}

function PluginChip({ row }: { readonly row: Row }) {
  const t = useText();
  if (row.quarantined) return <Chip tone="bad">{t('workspace.plugin.quarantined')}</Chip>;
  if (row.failures > 0) return <Chip tone="wait">{t('workspace.plugin.failures', { count: row.failures })}</Chip>;
  if (row.alwaysOn) return <Chip tone="good">{t('workspace.plugin.always-on')}</Chip>;
  return <Chip tone={row.enabled ? 'good' : 'neutral'}>{t(row.enabled ? 'workspace.plugin.on' : 'workspace.plugin.off')}</Chip>;
}

function Switch({ row, titleOf }: { readonly row: Row; readonly titleOf: (id: string) => string }) {
  const t = useText();
  if (row.alwaysOn || row.quarantined) return null;
  if (row.enabled && row.neededBy.length > 0)
    return <small className="ui-quiet">{t('workspace.plugin.needed-by', { plugins: row.neededBy.map(titleOf).join(', ') })}</small>;
  if (row.enabled)
    return (
      <ButtonLink small href={`?off=${row.id}`}>
        {t('workspace.plugin.switch-off', { plugin: row.title })}
      </ButtonLink>
    );
  return (
    <Form method="post" action="/console/workspace/plugins">
      <input type="hidden" name="pluginId" value={row.id} />
      <SubmitButton look="plain" small name="intent" value="on">
        {t('workspace.plugin.switch-on', { plugin: row.title })}
      </SubmitButton>
    </Form>
  );
}

function SwitchOff({ plugin }: { readonly plugin: Row }) {
  const t = useText();
  const lines = [
    { icon: 'process', text: t('workspace.plugin.off-processes', { count: plugin.liveProcesses }) },
    { icon: 'stop', text: t('workspace.plugin.off-pages') },
    { icon: 'undo', text: t('workspace.plugin.off-back') },
  ] as const;
  return (
    <FormCard
      title={t('workspace.plugin.off-title', { plugin: plugin.title })}
      submit={t('workspace.plugin.off-confirm')}
      cancel="/console/workspace/plugins"
      grave
    >
      <input type="hidden" name="intent" value="off" />
      <input type="hidden" name="pluginId" value={plugin.id} />
      <Consequences lines={lines} />
    </FormCard>
  );
}
