import type { PageProps } from '@portico/kit/page';
import { Chip, FormCard, PageHead, Split, useText } from '@portico/ui';
import { AccessInWords, MemberFields } from '../member/member-fields.tsx';
import type { load } from './customer-user.server.ts';

/** Staff change a user of a customer. */
export default function CustomerUser({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { member, parents } = data;
  const back = `/console/accounts/${member.accountId}`;
  const crumbs = [
    { label: t('accounts.customers'), href: '/console/accounts' },
    { label: member.accountName, href: back },
  ];
  return (
    <>
      <PageHead title={member.name} crumbs={crumbs} chip={member.enabled ? undefined : <Chip tone="bad">{t('accounts.disabled')}</Chip>} />
      <Split side={<AccessInWords />}>
        <FormCard title={t('accounts.user.edit')} submit={t('accounts.save')} cancel={back} refusal={refusal}>
          <MemberFields key={member.id} member={member} parents={parents} />
        </FormCard>
      </Split>
    </>
  );
}
