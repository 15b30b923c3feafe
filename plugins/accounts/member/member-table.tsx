import { Anchor, Chip, DataTable, DateTime, EmptyState, NoMatch, Notice, SubmitButton, useText, type Column, type Filter } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { ReactNode } from 'react';
import type { MemberRow } from './member.queries.ts';

export interface MemberTableProps {
  readonly rows: readonly MemberRow[];
  /** The address of a user's page. */
  readonly hrefOf: (member: MemberRow) => string;
  readonly ownUserId?: string;
  /** The list is narrowed by filters: when it is empty, that is why. */
  readonly isNarrowed?: boolean;
  readonly sorts?: boolean;
  readonly create?: ReactNode;
}

/** Users of an account: name, login, Admin Access, View Downline, Enabled, manager, last seen. */
export function MemberTable({ rows, hrefOf, ownUserId, isNarrowed, sorts, create }: MemberTableProps) {
  const t = useText();
  const yesNo = (is: boolean) => <Chip tone={is ? 'good' : 'neutral'}>{t(is ? 'accounts.yes' : 'accounts.no')}</Chip>;
  const columns: Column<MemberRow>[] = [
    {
      key: 'name',
      header: t('accounts.field.name'),
      sort: sorts,
      lead: true,
      cell: (row) => (
        <>
          <Anchor href={hrefOf(row)}>{row.name}</Anchor>
          {row.userId === ownUserId && (
            <>
              {' '}
              <Chip tone="new">{t('accounts.you')}</Chip>
            </>
          )}
        </>
      ),
    },
    { key: 'login', header: t('accounts.field.login'), cell: (row) => <LoginCell member={row} /> },
    { key: 'admin', header: t('accounts.field.admin-access'), cell: (row) => yesNo(row.adminAccess) },
    { key: 'downline', header: t('accounts.field.view-downline'), cell: (row) => yesNo(row.viewDownline) },
    {
      key: 'enabled',
      header: t('accounts.field.enabled'),
      cell: (row) => <Chip tone={row.enabled ? 'good' : 'bad'}>{t(row.enabled ? 'accounts.yes' : 'accounts.no')}</Chip>,
    },
    { key: 'parent', header: t('accounts.field.parent'), cell: (row) => row.parentName ?? '–' },
    { key: 'seen', header: t('accounts.field.last-seen'), cell: (row) => (row.lastSeenAt ? <DateTime at={row.lastSeenAt} /> : t('accounts.never-seen')) },
  ];
  const empty = isNarrowed ? <NoMatch /> : <EmptyState icon="users" title={t('accounts.users.none')} text={t('accounts.users.none-text')} action={create} />;
  return <DataTable caption={t('accounts.users')} columns={columns} rows={rows} rowKey={(row) => row.id} defaultSort="name" empty={empty} />;
}

const LoginCell = ({ member }: { readonly member: MemberRow }) => (
  <div>
    {member.userName ?? member.email}
    {member.userName && member.email && (
      <>
        <br />
        <small className="ui-quiet">{member.email}</small>
      </>
    )}
  </div>
);

/** Somebody was switched off a moment ago: what that means, and the way back. */
export function SwitchedOff({ undo }: { readonly undo: { readonly memberId: string; readonly name: string } }) {
  const t = useText();
  return (
    <div role="status" className="ui-flash">
      <Form method="post">
        <input type="hidden" name="intent" value="enable" />
        <input type="hidden" name="memberId" value={undo.memberId} />
        <Notice
          tone="good"
          title={t('accounts.user-off', { name: undo.name })}
          action={
            <SubmitButton look="plain" small>
              {t('accounts.undo')}
            </SubmitButton>
          }
        >
          {t('accounts.user-off-text')}
        </Notice>
      </Form>
    </div>
  );
}

/** Filters of a list of users. */
export function useMemberFilters(): readonly Filter[] {
  const t = useText();
  const options = (...names: string[]) => names.map((name) => ({ value: name, label: t(`accounts.access.${name}-only`) }));
  return [
    { kind: 'select', name: 'access', label: t('accounts.filter.access'), all: t('accounts.filter.all-access'), options: options('admin', 'downline', 'own') },
    {
      kind: 'select',
      name: 'enabled',
      label: t('accounts.field.enabled'),
      all: t('accounts.filter.all-users'),
      options: [
        { value: 'true', label: t('accounts.filter.enabled') },
        { value: 'false', label: t('accounts.filter.disabled') },
      ],
    },
  ];
}
