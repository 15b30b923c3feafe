-- Who was told of a lead by mail: once, whether it came new, was assigned to them, or both.
create table leads.lead_notices (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  user_id uuid not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, user_id) references portico.users
);
create unique index lead_notices_once on leads.lead_notices (tenant_id, lead_id, user_id);
select portico.make_tenant_table('leads.lead_notices');
