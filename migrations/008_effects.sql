-- What plugins take part with in a change that has begun, one row for each: shown, held, applied, perhaps taken back. Nothing
-- ever wrote to the table of this name that hung on processes.
drop table portico.effects;
create table portico.effects (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  point text not null,
  cause uuid not null,
  subject uuid not null,
  plugin_id text not null,
  -- the order in which they apply; what is taken back goes the other way
  position integer not null,
  change jsonb not null,
  shown jsonb not null,
  state text not null default 'frozen' check (state in ('frozen', 'applied', 'failed', 'skipped', 'released', 'reverted')),
  hold text not null default 'none' check (hold in ('none', 'held', 'failed')),
  applied jsonb,
  tries integer not null default 0,
  last_error text,
  frozen_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id)
);
create unique index effects_cause on portico.effects (tenant_id, cause, plugin_id);
-- A plugin that is switched on again lifts what it left standing still.
create index effects_held on portico.effects (tenant_id, plugin_id) where hold = 'held';
select portico.make_tenant_table('portico.effects');
