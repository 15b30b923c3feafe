import type { PageProps } from '@portico/kit/page';
import { Card, Chip, DataTable, DateTime, EmptyState, FormErrors, Num, PageBar, PageHead, Stack, SubmitButton, useText, type Column } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { load } from './parked-list.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];

/** Events and mails that did not get through, each with a way to try again, and events that rest while their plugin is off. */
export default function ParkedList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const columns: Column<Row>[] = [
    {
      key: 'name',
      header: t('workspace.field.delivery'),
      lead: true,
      cell: (row) => (
        <>
          <b>{row.name}</b>
          <br />
          <small className="ui-quiet">{t(`workspace.delivery.${row.kind}`, { plugin: row.pluginId })}</small>
        </>
      ),
    },
    { key: 'error', header: t('workspace.field.last-error'), cell: (row) => (row.state === 'resting' ? t('workspace.delivery.resting-about') : row.lastError) },
    {
      key: 'tries',
      header: t('workspace.field.tries'),
      cell: (row) => (row.state === 'resting' ? <Chip tone="neutral">{t('workspace.delivery.resting')}</Chip> : <Num value={row.tries} />),
      align: 'end',
    },
    { key: 'since', header: t('workspace.field.since'), cell: (row) => <DateTime at={row.createdAt} />, sort: true, firstWay: 'descending' },
  ];
  // what rests goes on by itself
  const retry = (row: Row) =>
    row.state === 'parked' && (
      <Form method="post">
        <input type="hidden" name="deliveryId" value={row.id} />
        <SubmitButton look="plain" small>
          {t('workspace.retry')}
        </SubmitButton>
      </Form>
    );
  return (
    <>
      <PageHead title={t('workspace.parked')} sub={t('workspace.parked.about')} />
      <Stack>
        {refusal && <FormErrors say={refusal.say} fields={refusal.fields} />}
        <Card flush label={t('workspace.parked')}>
          <DataTable
            caption={t('workspace.parked')}
            columns={columns}
            rows={data.data}
            rowKey={(row) => row.id}
            defaultSort="-since"
            actions={data.canRetry ? retry : undefined}
            empty={<EmptyState icon="check" title={t('workspace.parked.none')} text={t('workspace.parked.none-text')} />}
          />
          <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
        </Card>
      </Stack>
    </>
  );
}
