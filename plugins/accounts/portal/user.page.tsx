import type { PageProps } from '@portico/kit/page';
import { Chip, FormCard, PageHead, Split, useText } from '@portico/ui';
import { AccessInWords, MemberFields } from '../member/member-fields.tsx';
import type { load } from './user.server.ts';

/** One user: contact, sign-in, Admin Access, View Downline, who stands above, Enabled. */
export default function User({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { member, parents, isSelf } = data;
  return (
    <>
      <PageHead
        title={member.name}
        crumbs={[{ label: t('accounts.users'), href: '/accounts/users' }]}
        chip={member.enabled ? undefined : <Chip tone="bad">{t('accounts.disabled')}</Chip>}
      />
      <Split side={<AccessInWords />}>
        <FormCard title={t('accounts.user.edit')} submit={t('accounts.save')} cancel="/accounts/users" refusal={refusal}>
          <MemberFields key={member.id} member={member} parents={parents} isSelf={isSelf} />
        </FormCard>
      </Split>
    </>
  );
}
