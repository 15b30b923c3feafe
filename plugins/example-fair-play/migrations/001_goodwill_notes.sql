create table example_fair_play.goodwill_notes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  account_id uuid not null,
  member_id uuid,
  text text not null,
  written_by uuid not null,
  written_by_name text not null,
  written_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, account_id) references accounts.accounts
);
create index goodwill_notes_lead on example_fair_play.goodwill_notes (tenant_id, lead_id, written_at desc);
select portico.make_tenant_table('example_fair_play.goodwill_notes');
