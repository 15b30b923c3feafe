import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, useText } from '@portico/ui';
import { StaffFields } from '../staff/staff-fields.tsx';
import type { load } from './staff-new.server.ts';

/** The form of somebody who joins the team. */
export default function StaffNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('workspace.staff-new')} crumbs={[{ label: t('workspace.team'), href: '/console/workspace/team' }]} />
      <FormCard title={t('workspace.staff-new.who')} submit={t('workspace.staff-new.submit')} cancel="/console/workspace/team" refusal={refusal}>
        <StaffFields canAppoint={data.canAppoint} />
      </FormCard>
    </>
  );
}
