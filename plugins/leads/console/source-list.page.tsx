import type { PageProps } from '@portico/kit/page';
import { Anchor, Card, Chip, type Column, DataTable, EmptyState, FormCard, PageBar, PageHead, Stack, TextField, useText } from '@portico/ui';
import type { load } from './source-list.server.ts';

type Row = Awaited<ReturnType<typeof load>>['data'][number];

/** Who sends leads to this business. */
export default function SourceList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const columns: Column<Row>[] = [
    { key: 'name', header: t('leads.source.name'), lead: true, cell: (source) => <Anchor href={`/console/leads/sources/${source.id}`}>{source.name}</Anchor> },
    {
      key: 'state',
      header: t('leads.source.state'),
      cell: (source) => <Chip tone={source.enabled ? 'good' : 'neutral'}>{t(source.enabled ? 'leads.on' : 'leads.off')}</Chip>,
    },
  ];
  return (
    <>
      <PageHead title={t('leads.sources')} sub={t('leads.sources.about')} />
      <Stack>
        <Card flush label={t('leads.sources')}>
          <DataTable
            caption={t('leads.sources')}
            columns={columns}
            rows={data.data}
            rowKey={(source) => source.id}
            empty={<EmptyState icon="key" title={t('leads.sources.empty')} text={t('leads.sources.empty.text')} />}
          />
          {(data.nextCursor || data.previousCursor) && <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />}
        </Card>
        <FormCard title={t('leads.source-new')} submit={t('leads.source-new.submit')} refusal={refusal}>
          <TextField name="name" label={t('leads.source.name')} hint={t('leads.source.name.hint')} maxLength={80} />
        </FormCard>
      </Stack>
    </>
  );
}
