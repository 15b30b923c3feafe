import type { PageProps } from '@portico/kit/page';
import { Anchor, Card, Chip, type Column, DataTable, EmptyState, FormCard, PageBar, PageHead, Stack, TextField, useText } from '@portico/ui';
import { TypeFields } from '../views/type-fields.tsx';
import type { load } from './type-list.server.ts';

type Row = Awaited<ReturnType<typeof load>>['data'][number];

/** The kinds of leads that this business takes. */
export default function TypeList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const columns: Column<Row>[] = [
    { key: 'name', header: t('leads.type.name'), lead: true, cell: (type) => <Anchor href={`/console/leads/types/${type.id}`}>{type.name}</Anchor> },
    { key: 'key', header: t('leads.type.key'), cell: (type) => <code>{type.key}</code> },
    { key: 'look-back', header: t('leads.type.look-back'), cell: (type) => t('leads.count-days', { count: type.lookBackDays }) },
    {
      key: 'state',
      header: t('leads.type.state'),
      cell: (type) => <Chip tone={type.archived ? 'neutral' : 'good'}>{t(type.archived ? 'leads.type.archived' : 'leads.type.in-use')}</Chip>,
    },
  ];
  return (
    <>
      <PageHead title={t('leads.types')} sub={t('leads.types.about')} />
      <Stack>
        <Card flush label={t('leads.types')}>
          <DataTable
            caption={t('leads.types')}
            columns={columns}
            rows={data.data}
            rowKey={(type) => type.id}
            empty={<EmptyState icon="tag" title={t('leads.types.empty')} text={t('leads.types.empty.text')} />}
          />
          {(data.nextCursor || data.previousCursor) && <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />}
        </Card>
        <FormCard title={t('leads.type-new')} submit={t('leads.type-new.submit')} refusal={refusal}>
          <TextField name="key" label={t('leads.type.key')} hint={t('leads.type.key.hint')} maxLength={60} autoCapitalize="off" spellCheck={false} />
          <TypeFields />
        </FormCard>
      </Stack>
    </>
  );
}
