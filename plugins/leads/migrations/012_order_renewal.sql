-- An order that renews: when it is filled, or when its last day is over, another one opens on the same terms.
alter table leads.lead_orders
  add column renewed boolean not null default false,
  -- why it does not renew until somebody looks
  add column renewal_attention text check (renewal_attention in ('billing-off', 'too-many'));
create index lead_orders_renews_by_date on leads.lead_orders (tenant_id, ends_at, id)
  where renewal and not renewed and state = 'open' and renewal_attention is null and ends_at is not null;
create index lead_orders_renews_when_filled on leads.lead_orders (tenant_id, id)
  where renewal and not renewed and state = 'open' and renewal_attention is null and not has_room;

-- The renewal of an order. Its id is the cause of its charge, and becomes the id of the order that opens.
create table leads.order_renewals (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  order_id uuid not null,
  batch_id uuid not null,
  -- begun; its invoice is out and waits to be paid; the next order is open
  state text collate "C" not null default 'begun' check (state in ('begun', 'charging', 'done')),
  begun_at timestamptz not null,
  invoice_number bigint,
  primary key (tenant_id, id),
  foreign key (tenant_id, order_id) references leads.lead_orders,
  check (state <> 'charging' or invoice_number is not null)
);
create unique index order_renewals_order on leads.order_renewals (tenant_id, order_id);
create index order_renewals_begun on leads.order_renewals (tenant_id, begun_at, id) where state = 'begun';
select portico.make_tenant_table('leads.order_renewals');
