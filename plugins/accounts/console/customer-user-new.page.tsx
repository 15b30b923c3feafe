import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, Split, useText } from '@portico/ui';
import { AccessInWords, MemberFields } from '../member/member-fields.tsx';
import type { load } from './customer-user-new.server.ts';

/** Staff add a user to a customer. */
export default function CustomerUserNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const back = `/console/accounts/${data.account.id}`;
  const crumbs = [
    { label: t('accounts.customers'), href: '/console/accounts' },
    { label: data.account.name, href: back },
  ];
  return (
    <>
      <PageHead title={t('accounts.user-new')} sub={t('accounts.user-new.for', { account: data.account.name })} crumbs={crumbs} />
      <Split side={<AccessInWords />}>
        <FormCard title={t('accounts.user-new.who')} submit={t('accounts.user-new.submit')} cancel={back} refusal={refusal}>
          <MemberFields parents={data.parents} />
        </FormCard>
      </Split>
    </>
  );
}
