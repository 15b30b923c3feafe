import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { useLocation } from '@portico/ui/navigation';
import { MemberTable, SwitchedOff, useMemberFilters } from '../member/member-table.tsx';
import type { load } from './user-list.server.ts';

/** The people who sign in for this customer. */
export default function UserList({ data }: PageProps<typeof load>) {
  const t = useText();
  const filters = useMemberFilters();
  const params = new URLSearchParams(useLocation().search);
  const isNarrowed = ['q', 'access', 'enabled'].some((name) => params.get(name));
  const create = data.canCreate && (
    <ButtonLink look="main" href="/accounts/users/new">
      {t('accounts.users.new')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead
        title={t('accounts.users')}
        sub={t('accounts.users.about', { account: data.accountName })}
        actions={create}
        banner={data.undo && <SwitchedOff undo={data.undo} />}
      />
      <Card flush label={t('accounts.users')}>
        <Toolbar search={{ label: t('accounts.users.search'), placeholder: t('accounts.users.search') }} filters={filters} />
        <MemberTable rows={data.data} hrefOf={(row) => `/accounts/users/${row.id}`} ownUserId={data.ownUserId} isNarrowed={isNarrowed} create={create} sorts />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
