import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, Split, useText } from '@portico/ui';
import { AccessInWords, MemberFields } from '../member/member-fields.tsx';
import type { load } from './user-new.server.ts';

/** The form of a new user. */
export default function UserNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('accounts.user-new')} crumbs={[{ label: t('accounts.users'), href: '/accounts/users' }]} />
      <Split side={<AccessInWords />}>
        <FormCard title={t('accounts.user-new.who')} submit={t('accounts.user-new.submit')} cancel="/accounts/users" refusal={refusal}>
          <MemberFields parents={data.parents} />
        </FormCard>
      </Split>
    </>
  );
}
