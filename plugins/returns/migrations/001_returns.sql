create table returns.lead_returns (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  delivery_id uuid not null,
  order_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  -- whose lead it was when it was returned: what a member or a downline sees
  member_id uuid,
  requested_by uuid not null,
  reason text not null,
  note text not null default '',
  requested_at timestamptz not null,
  delivered_at timestamptz not null,
  -- terms pinned when it was asked for
  decide_by timestamptz not null,
  at_deadline text not null check (at_deadline in ('approved', 'denied')),
  decision text collate "C" check (decision in ('approved', 'denied')),
  because text,
  decided_at timestamptz,
  decided_by text check (decided_by in ('staff', 'plugins', 'deadline')),
  decided_by_user uuid,
  withdrawn_at timestamptz,
  -- what an approval books; the others come with money
  books text not null default 'order-room' check (books in ('order-room', 'credit', 'refund', 'replacement')),
  booked_at timestamptz,
  votes jsonb not null default '[]',
  -- pending / approved / denied / withdrawn, for lists
  status text collate "C" not null generated always as (case when withdrawn_at is not null then 'withdrawn' else coalesce(decision, 'pending') end) stored,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, delivery_id) references leads.lead_deliveries,
  foreign key (tenant_id, order_id) references leads.lead_orders,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, member_id) references accounts.members,
  foreign key (tenant_id, requested_by) references portico.users,
  check ((decision is null) = (decided_at is null)),
  check (decision is null or withdrawn_at is null)
);
-- one return that is pending or approved for each delivery (R-1.34); a denied or withdrawn one frees it
create unique index lead_returns_open on returns.lead_returns (tenant_id, delivery_id)
  where withdrawn_at is null and (decision is null or decision = 'approved');
create index lead_returns_delivery on returns.lead_returns (tenant_id, delivery_id, requested_at desc);
create index lead_returns_lead on returns.lead_returns (tenant_id, lead_id, requested_at desc);
create index lead_returns_order on returns.lead_returns (tenant_id, order_id);
-- every return of the business, for staff
create index lead_returns_requested on returns.lead_returns (tenant_id, requested_at desc, id desc);
create index lead_returns_account on returns.lead_returns (tenant_id, account_id, requested_at desc, id desc);
create index lead_returns_account_status on returns.lead_returns (tenant_id, account_id, status, requested_at desc, id desc);
create index lead_returns_status on returns.lead_returns (tenant_id, status, decide_by, id);
select portico.make_tenant_table('returns.lead_returns');
