-- The customer at Stripe that the cards of a bill group belong to.
create table stripe.customers (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  bill_group_id uuid not null,
  customer text collate "C" not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups
);
create unique index customers_bill_group on stripe.customers (tenant_id, bill_group_id);
select portico.make_tenant_table('stripe.customers');

-- The intent of each attempt: its id is stored before it is confirmed, so that after a crash there is always one to ask for.
create table stripe.payment_intents (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  attempt_id uuid not null,
  -- none: the attempt was called off before there was one
  intent text collate "C",
  called_off boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index payment_intents_attempt on stripe.payment_intents (tenant_id, attempt_id);
create unique index payment_intents_intent on stripe.payment_intents (tenant_id, intent) where intent is not null;
select portico.make_tenant_table('stripe.payment_intents');

-- Events that Stripe told us: each is taken once, however often and in whatever order it comes.
create table stripe.webhook_events (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  event text collate "C" not null,
  kind text collate "C" not null,
  object text collate "C" not null,
  received_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index webhook_events_event on stripe.webhook_events (tenant_id, event);
create index webhook_events_received on stripe.webhook_events (tenant_id, received_at, id);
select portico.make_tenant_table('stripe.webhook_events');

-- When the next call of the business may begin: of its account (*), and at each endpoint. Shared by all processes. Milliseconds
-- since 1970.
create table stripe.call_lanes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lane text collate "C" not null,
  gap_ms double precision not null check (gap_ms > 0),
  next_ms double precision not null,
  primary key (tenant_id, id)
);
create unique index call_lanes_lane on stripe.call_lanes (tenant_id, lane);
select portico.make_tenant_table('stripe.call_lanes');
