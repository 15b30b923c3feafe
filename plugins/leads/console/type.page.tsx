import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, SwitchField, useText } from '@portico/ui';
import { TypeFields } from '../views/type-fields.tsx';
import type { load } from './type.server.ts';

/** One kind of lead. Its key stays: sources post it. */
export default function LeadTypePage({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead crumbs={[{ label: t('leads.types'), href: '/console/leads/types' }]} title={data.name} sub={t('leads.type.posted-as', { key: data.key })} />
      <FormCard submit={t('leads.save')} cancel="/console/leads/types" refusal={refusal}>
        <TypeFields type={data} />
        <SwitchField name="inUse" label={t('leads.type.in-use')} hint={t('leads.type.in-use.hint')} defaultChecked={!data.archived} />
      </FormCard>
    </>
  );
}
