import type { PageProps } from '@portico/kit/page';
import { Card, Chip, Facts, FormCard, Notice, PageHead, Stack, useText } from '@portico/ui';
import { StaffFields } from '../staff/staff-fields.tsx';
import type { load } from './staff.server.ts';

/** One of the team: the owner changes, others read. */
export default function StaffPage({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { staff, isSelf, canChange } = data;
  return (
    <>
      <PageHead
        title={staff.name}
        crumbs={[{ label: t('workspace.team'), href: '/console/workspace/team' }]}
        chip={staff.enabled ? undefined : <Chip tone="bad">{t('workspace.disabled')}</Chip>}
      />
      {canChange ? (
        <FormCard title={t('workspace.staff.edit')} submit={t('workspace.save')} cancel="/console/workspace/team" refusal={refusal}>
          <input type="hidden" name="intent" value={isSelf ? 'self' : 'staff'} />
          <StaffFields key={staff.id} staff={staff} isSelf={isSelf} canAppoint />
        </FormCard>
      ) : (
        <Stack>
          <Notice>{t('workspace.owner-only')}</Notice>
          <Card title={t('workspace.staff.edit')}>
            <Facts
              facts={[
                { label: t('workspace.field.login'), value: staff.userName ?? staff.email },
                { label: t('workspace.field.role'), value: t(`workspace.role.${staff.role}`) },
              ]}
            />
          </Card>
        </Stack>
      )}
    </>
  );
}
