import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, DateTime, Figure, Figures, Num, PageBar, PageHead, Slot, Stack, Toolbar, useFormat, useSlotFills, useText } from '@portico/ui';
import { useLocation } from '@portico/ui/navigation';
import { MemberTable, SwitchedOff, useMemberFilters } from '../member/member-table.tsx';
import type { load } from './customer.server.ts';
import { InvitationCard } from './invitation-card.tsx';

/** One customer: what it is, its bill groups, the invitation of its account admin, its users. */
export default function Customer({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const filters = useMemberFilters();
  const params = new URLSearchParams(useLocation().search);
  const { account, users } = data;
  const base = `/console/accounts/${account.id}`;
  // what waits for somebody comes first, what is over comes last
  const isSettled = data.invitation ? data.invitation.state === 'accepted' : !data.canInvite;
  const invitation = <InvitationCard invitation={data.invitation} maySend={data.maySend} canInvite={data.canInvite} refusal={refusal} />;
  const create = (
    <ButtonLink look="main" href={`${base}/users/new`}>
      {t('accounts.customer.new-user')}
    </ButtonLink>
  );
  return (
    <>
      <PageHead
        title={account.name}
        crumbs={[{ label: t('accounts.customers'), href: '/console/accounts' }]}
        actions={create}
        banner={data.undo && <SwitchedOff undo={data.undo} />}
      />
      <Stack>
        <CustomerFacts account={account} />
        {!isSettled && invitation}
        <Slot fills={useSlotFills(data.parts)} props={{ accountId: account.id }} />
        <Card flush title={t('accounts.users')}>
          <Toolbar search={{ label: t('accounts.users.search'), placeholder: t('accounts.users.search') }} filters={filters} />
          <MemberTable
            rows={users.data}
            hrefOf={(row) => `${base}/users/${row.id}`}
            isNarrowed={['q', 'access', 'enabled'].some((name) => params.get(name))}
            create={create}
            sorts
          />
          <PageBar shown={users.data.length} nextCursor={users.nextCursor} previousCursor={users.previousCursor} />
        </Card>
        {isSettled && invitation}
      </Stack>
    </>
  );
}

function CustomerFacts({ account }: { readonly account: PageProps<typeof load>['data']['account'] }) {
  const t = useText();
  const format = useFormat();
  return (
    <Figures>
      <Figure label={t('accounts.field.number')} value={<Num value={account.number} />} note={<DateTime at={account.createdAt} look="day" />} />
      <Figure label={t('accounts.users')} value={<Num value={account.userCount} />} />
      <Figure
        label={t('accounts.bill-groups')}
        value={<Num value={account.billGroups.length} />}
        note={format.list(account.billGroups.map((group) => group.name))}
      />
    </Figures>
  );
}
