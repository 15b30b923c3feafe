-- The plan stands at its orders and at what waits to be called, for the filter of the call queue. Plans belong to billing:
-- by id only.
alter table leads.lead_orders add column plan_id uuid;
alter table leads.queue_entries
  add column plan_id uuid,
  -- withdrawn because the lead was returned (the cause is its delivery); otherwise a cancellation withdrew it
  add column returned boolean not null default false,
  add column called_by_name text not null default '';
alter table leads.queue_entries add check (state = 'withdrawn' or not returned);

-- the call queue: the oldest first, of one state, and of one customer or plan
create index queue_entries_account on leads.queue_entries (tenant_id, account_id, state, queued_at, id);
create index queue_entries_plan on leads.queue_entries (tenant_id, plan_id, state, queued_at, id) where plan_id is not null;
