create table accounts.accounts (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  number bigint not null,
  name text not null,
  name_key text collate "C" not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index accounts_number on accounts.accounts (tenant_id, number);
create index accounts_name on accounts.accounts (tenant_id, name_key, id);
create index accounts_created on accounts.accounts (tenant_id, created_at desc, id desc);
select portico.make_tenant_table('accounts.accounts');

create table accounts.bill_groups (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts
);
create index bill_groups_account on accounts.bill_groups (tenant_id, account_id);
select portico.make_tenant_table('accounts.bill_groups');

create table accounts.members (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  user_id uuid not null,
  is_admin boolean not null default false,
  view_downline boolean not null default false,
  parent_id uuid,
  enabled boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, user_id) references portico.users,
  check (parent_id is distinct from id)
);
create unique index members_user on accounts.members (tenant_id, account_id, user_id);
create index members_of_user on accounts.members (tenant_id, user_id);
-- a parent stands in the same account: the key carries it
create unique index members_in_account on accounts.members (tenant_id, account_id, id);
alter table accounts.members add foreign key (tenant_id, account_id, parent_id) references accounts.members (tenant_id, account_id, id);
create index members_parent on accounts.members (tenant_id, parent_id);
select portico.make_tenant_table('accounts.members');

-- what other plugins may read
create view accounts.account_v1 with (security_invoker = true) as
  select tenant_id, id, number, name from accounts.accounts;
create view accounts.bill_group_v1 with (security_invoker = true) as
  select tenant_id, id, account_id, name from accounts.bill_groups;
create view accounts.member_v1 with (security_invoker = true) as
  select m.tenant_id, m.id, m.account_id, m.user_id, u.name, u.email, m.is_admin, m.view_downline, m.parent_id, m.enabled
  from accounts.members m join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id;
do $$ begin
  execute format('grant select on accounts.account_v1, accounts.bill_group_v1, accounts.member_v1 to %I', current_setting('portico.runtime_role'));
end $$;
