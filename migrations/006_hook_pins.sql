-- Which plugins a business wants first at a hook point; behind them the others follow by their ids.
create table portico.hook_pins (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  point text not null,
  plugin_ids text[] not null check (cardinality(plugin_ids) > 0),
  primary key (tenant_id, id)
);
create unique index hook_pins_point on portico.hook_pins (tenant_id, point);
select portico.make_tenant_table('portico.hook_pins');
