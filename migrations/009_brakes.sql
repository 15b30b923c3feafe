-- Something that a plugin does by itself is stopped at this business while a row stands here. What is stopped everywhere
-- stands in portico.installation, under the key 'brakes'.
create table portico.brakes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  -- the plugin's id and the brake's name: billing.charges
  brake text not null,
  because text not null check (because <> ''),
  set_at timestamptz not null,
  set_by text not null,
  primary key (tenant_id, id)
);
create unique index brakes_once on portico.brakes (tenant_id, brake);
select portico.make_tenant_table('portico.brakes');
