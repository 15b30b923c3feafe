-- What went wrong in each plugin at a business, told by all processes together: one row for each plugin, whatever happens.
create table portico.plugin_failures (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  plugin_id text not null,
  count bigint not null,
  since timestamptz not null,
  last_at timestamptz not null,
  last_where text not null,
  last_because text not null,
  primary key (tenant_id, id)
);
create unique index plugin_failures_plugin on portico.plugin_failures (tenant_id, plugin_id);
select portico.make_tenant_table('portico.plugin_failures');
