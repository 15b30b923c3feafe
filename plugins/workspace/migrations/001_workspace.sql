create table workspace.staff (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('owner', 'staff')),
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references portico.users
);
create unique index staff_user on workspace.staff (tenant_id, user_id);
select portico.make_tenant_table('workspace.staff');
