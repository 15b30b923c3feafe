-- Money. Amounts are bigint minor units of a currency; days are the business's calendar days; instants are UTC.

-- What a list of printed lines adds up to: the database itself refuses an issued document whose lines do not.
create function billing.lines_total(lines jsonb) returns bigint language sql immutable parallel safe set search_path = pg_catalog
as $$ select coalesce(sum((line->>'amount')::bigint), 0)::bigint from jsonb_array_elements(lines) line $$;

-- Books are added to, never rewritten: not by the runtime role (it has no right) and not by the owner either.
create function billing.refuse_rewriting() returns trigger language plpgsql set search_path = pg_catalog
as $$ begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $$;

create table billing.plans (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  about text not null default '',
  state text collate "C" not null default 'draft' check (state in ('draft', 'live', 'archived')),
  interval_unit text not null check (interval_unit in ('day', 'week', 'month', 'year')),
  interval_count integer not null check (interval_count between 1 and 366),
  created_at timestamptz not null,
  live_at timestamptz,
  archived_at timestamptz,
  primary key (tenant_id, id)
);
create unique index plans_name on billing.plans (tenant_id, name_key) where archived_at is null;
create index plans_created on billing.plans (tenant_id, created_at desc, id desc);
select portico.make_tenant_table('billing.plans');

-- one price for each currency of a plan
create table billing.prices (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  plan_id uuid not null,
  currency text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references billing.plans
);
create unique index prices_plan on billing.prices (tenant_id, plan_id, currency);
select portico.make_tenant_table('billing.prices');

create table billing.payment_methods (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  -- its name at the gateway
  gateway_method text collate "C" not null,
  brand text not null,
  last_four text not null,
  expires_month integer check (expires_month between 1 and 12),
  expires_year integer,
  added_at timestamptz not null,
  removed_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups
);
create unique index payment_methods_gateway on billing.payment_methods (tenant_id, gateway_method);
create index payment_methods_all on billing.payment_methods (tenant_id, added_at desc, id desc);
create index payment_methods_account on billing.payment_methods (tenant_id, account_id, added_at desc, id desc);
create index payment_methods_group on billing.payment_methods (tenant_id, bill_group_id, added_at desc, id desc);
select portico.make_tenant_table('billing.payment_methods');

-- how a bill group pays: at most one row for each; without one, the business's own terms
create table billing.bill_group_terms (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  -- may we charge without asking
  auto_pay boolean not null default false,
  auto_pay_since timestamptz,
  -- who agreed, and to which words
  auto_pay_by uuid,
  auto_pay_mandate text,
  default_method_id uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, default_method_id) references billing.payment_methods,
  check (not auto_pay or auto_pay_since is not null)
);
create unique index bill_group_terms_group on billing.bill_group_terms (tenant_id, bill_group_id);
select portico.make_tenant_table('billing.bill_group_terms');

create table billing.subscriptions (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  number bigint not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  plan_id uuid not null,
  currency text collate "C" not null,
  -- pending: its first invoice is not paid yet; cancelling: ends at cancels_at unless it is undone
  state text collate "C" not null check (state in ('pending', 'active', 'paused', 'cancelling', 'ended')),
  interval_unit text not null check (interval_unit in ('day', 'week', 'month', 'year')),
  interval_count integer not null check (interval_count between 1 and 366),
  -- the day that renewals are counted from, never the last one (requirements 3.10); the zone whose days are meant
  anchor_on date not null,
  zone text not null,
  -- how many periods were billed; the next one begins on renews_on and is billed at renews_at (noon there)
  periods integer not null default 0 check (periods >= 0),
  renews_on date not null,
  renews_at timestamptz not null,
  -- why nothing is billed though it is due: it cannot be priced, or it would bill again and again
  attention text,
  paused_at timestamptz,
  cancels_at timestamptz,
  ended_at timestamptz,
  ended_because text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, plan_id) references billing.plans,
  check ((state = 'ended') = (ended_at is not null)),
  check (state <> 'cancelling' or cancels_at is not null),
  check (state <> 'paused' or paused_at is not null)
);
create unique index subscriptions_number on billing.subscriptions (tenant_id, number);
create index subscriptions_account on billing.subscriptions (tenant_id, account_id, number desc, id desc);
create index subscriptions_group on billing.subscriptions (tenant_id, bill_group_id, number desc, id desc);
create index subscriptions_plan on billing.subscriptions (tenant_id, plan_id, number desc, id desc);
-- what the renewal clock looks for
create index subscriptions_due on billing.subscriptions (tenant_id, renews_at, id) where state = 'active' and attention is null;
create index subscriptions_attention on billing.subscriptions (tenant_id, renews_at, id) where attention is not null;
select portico.make_tenant_table('billing.subscriptions');

create table billing.subscription_items (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  subscription_id uuid not null,
  position integer not null,
  description text not null,
  quantity integer not null check (quantity > 0),
  unit_minor bigint not null check (unit_minor >= 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references billing.subscriptions
);
create unique index subscription_items_position on billing.subscription_items (tenant_id, subscription_id, position);
select portico.make_tenant_table('billing.subscription_items');

create table billing.renewal_batches (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  opened_at timestamptz not null,
  finished_at timestamptz,
  periods integer not null,
  -- of these, periods that should have been billed a day or more before: after an outage
  late integer not null default 0,
  charges integer not null default 0,
  -- of these, those whose card was declined
  declined integer not null default 0,
  primary key (tenant_id, id)
);
create index renewal_batches_opened on billing.renewal_batches (tenant_id, opened_at desc, id desc);
create index renewal_batches_open on billing.renewal_batches (tenant_id, opened_at, id) where finished_at is null;
select portico.make_tenant_table('billing.renewal_batches');

create table billing.invoices (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  subscription_id uuid,
  currency text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
  state text collate "C" not null default 'draft' check (state in ('draft', 'issued', 'paid', 'void', 'written-off')),
  -- taken at issue, in the same transaction, from the counter's locked row; a void invoice keeps its number (requirements 3.5)
  number bigint,
  issued_at timestamptz,
  issued_on date,
  due_on date,
  -- the first instant at which it is past due: the end of the due day in the business's zone
  due_at timestamptz,
  -- visible to the customer, and counted (R-2.9 to R-2.13)
  sent_at timestamptz,
  -- what is printed, as it was at issue: [{description, quantity, unit, amount, from?, to?}], who sells, who buys
  lines jsonb not null default '[]',
  seller jsonb not null default '{}',
  buyer jsonb not null default '{}',
  note text not null default '',
  total_minor bigint not null check (total_minor >= 0),
  paid_minor bigint not null default 0 check (paid_minor >= 0),
  credited_minor bigint not null default 0 check (credited_minor >= 0),
  written_off_minor bigint not null default 0 check (written_off_minor >= 0),
  open_minor bigint not null generated always as (total_minor - paid_minor - credited_minor - written_off_minor) stored,
  paid_at timestamptz,
  closed_because text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, subscription_id) references billing.subscriptions,
  check ((state = 'draft') = (number is null)),
  check (number is null or (issued_at is not null and issued_on is not null and due_on is not null and due_at is not null)),
  check (number is null or billing.lines_total(lines) = total_minor),
  check (sent_at is null or number is not null),
  -- never more taken, credited and let go than was asked for
  check (paid_minor + credited_minor + written_off_minor <= total_minor or state = 'void')
);
create unique index invoices_number on billing.invoices (tenant_id, number) where number is not null;
create index invoices_created on billing.invoices (tenant_id, created_at desc, id desc);
create index invoices_account on billing.invoices (tenant_id, account_id, created_at desc, id desc);
create index invoices_group on billing.invoices (tenant_id, bill_group_id, created_at desc, id desc);
-- what a customer sees, and what they owe
create index invoices_sent on billing.invoices (tenant_id, account_id, issued_at desc, id desc) where sent_at is not null;
create index invoices_sent_due on billing.invoices (tenant_id, account_id, due_at, id) where sent_at is not null;
create index invoices_sent_total on billing.invoices (tenant_id, account_id, total_minor, id) where sent_at is not null;
create index invoices_owed on billing.invoices (tenant_id, account_id, due_at, id) where sent_at is not null and state = 'issued';
create index invoices_unpaid on billing.invoices (tenant_id, due_at, id) where state = 'issued';
create index invoices_subscription on billing.invoices (tenant_id, subscription_id, created_at desc, id desc);
select portico.make_tenant_table('billing.invoices');

-- What was issued stays as it was printed; and what has a number is never deleted.
create function billing.keep_issued() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.number is null then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' or row(new.number, new.account_id, new.bill_group_id, new.subscription_id, new.currency, new.issued_at, new.issued_on, new.due_on,
      new.due_at, new.lines, new.seller, new.buyer, new.note, new.total_minor)
    is distinct from row(old.number, old.account_id, old.bill_group_id, old.subscription_id, old.currency, old.issued_at, old.issued_on, old.due_on,
      old.due_at, old.lines, old.seller, old.buyer, old.note, old.total_minor)
  then raise exception 'an issued invoice is not rewritten' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep_issued before update or delete on billing.invoices for each row execute function billing.keep_issued();

-- The paper of an issued invoice: made once, and never made anew.
create table billing.invoice_papers (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  invoice_id uuid not null,
  bytes bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  made_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index invoice_papers_invoice on billing.invoice_papers (tenant_id, invoice_id);
select portico.make_tenant_table('billing.invoice_papers', 'select, insert');
create trigger append_only before update or delete on billing.invoice_papers for each row execute function billing.refuse_rewriting();

create table billing.billing_periods (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  subscription_id uuid not null,
  -- from this day to the day before ends_on, in the subscription's zone
  starts_on date not null,
  ends_on date not null,
  invoice_id uuid not null,
  batch_id uuid,
  opened_at timestamptz not null,
  paid_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references billing.subscriptions,
  foreign key (tenant_id, invoice_id) references billing.invoices,
  foreign key (tenant_id, batch_id) references billing.renewal_batches,
  check (ends_on > starts_on)
);
-- the guarantee that nothing is billed twice
create unique index billing_periods_once on billing.billing_periods (tenant_id, subscription_id, starts_on);
create unique index billing_periods_invoice on billing.billing_periods (tenant_id, invoice_id);
create index billing_periods_batch on billing.billing_periods (tenant_id, batch_id);
select portico.make_tenant_table('billing.billing_periods');

-- A try to take money. The row is committed before the gateway hears of it; its id is the gateway's idempotency key.
create table billing.payment_attempts (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text collate "C" not null,
  -- the card of the attempt, whatever becomes the default meanwhile; a card that is only used once has no row of its own
  method_id uuid,
  gateway_method text not null,
  -- the card is kept when the money has come in
  keep_method boolean not null default false,
  -- "Visa 4242": what its payment says to the customer
  described text not null default '',
  off_session boolean not null,
  -- why: renewal, auto-pay, retry, or a person who pays (its form's id, once)
  because text not null check (because in ('renewal', 'auto-pay', 'retry', 'person')),
  cause uuid,
  state text collate "C" not null default 'created' check (state in ('created', 'needs-customer', 'processing', 'unknown', 'succeeded', 'failed', 'called-off')),
  is_live boolean not null generated always as (state in ('created', 'needs-customer', 'processing', 'unknown')) stored,
  -- the gateway's words, for staff, and whether another try with the same card is of any use
  decline_code text,
  decline_why text check (decline_why in ('soft', 'hard', 'needs-customer')),
  gateway_ref text,
  batch_id uuid,
  created_by uuid,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, method_id) references billing.payment_methods,
  foreign key (tenant_id, batch_id) references billing.renewal_batches
);
create unique index payment_attempts_cause on billing.payment_attempts (tenant_id, cause) where cause is not null;
create index payment_attempts_batch on billing.payment_attempts (tenant_id, batch_id, id) where batch_id is not null;
-- begun by somebody and never heard of again: the process ended in between
create index payment_attempts_lost on billing.payment_attempts (tenant_id, created_at, id) where state = 'created' and batch_id is null;
create index payment_attempts_failed on billing.payment_attempts (tenant_id, settled_at desc, id desc) where state = 'failed';
create index payment_attempts_created on billing.payment_attempts (tenant_id, created_at desc, id desc);
select portico.make_tenant_table('billing.payment_attempts');

-- which invoices an attempt pays: one live attempt for each invoice (requirements 3.13)
create table billing.attempt_invoices (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  attempt_id uuid not null,
  invoice_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  is_live boolean not null default true,
  primary key (tenant_id, id),
  foreign key (tenant_id, attempt_id) references billing.payment_attempts,
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index attempt_invoices_live on billing.attempt_invoices (tenant_id, invoice_id) where is_live;
create index attempt_invoices_attempt on billing.attempt_invoices (tenant_id, attempt_id);
create index attempt_invoices_invoice on billing.attempt_invoices (tenant_id, invoice_id, id desc);
select portico.make_tenant_table('billing.attempt_invoices');

create table billing.payments (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  number bigint not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  road text collate "C" not null check (road in ('card', 'transfer', 'cash', 'check', 'other')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text collate "C" not null,
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  received_on date not null,
  received_at timestamptz not null,
  attempt_id uuid,
  -- what the customer reads: "Visa ending 4242"
  described text not null default '',
  note text not null default '',
  -- another plugin's or a form's own id: the same payment is booked once
  cause uuid,
  recorded_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, attempt_id) references billing.payment_attempts,
  check (refunded_minor <= amount_minor)
);
create unique index payments_number on billing.payments (tenant_id, number);
create unique index payments_attempt on billing.payments (tenant_id, attempt_id) where attempt_id is not null;
create unique index payments_cause on billing.payments (tenant_id, cause) where cause is not null;
create index payments_account on billing.payments (tenant_id, account_id, received_at desc, id desc);
create index payments_group on billing.payments (tenant_id, bill_group_id, received_at desc, id desc);
create index payments_all on billing.payments (tenant_id, received_at desc, id desc);
select portico.make_tenant_table('billing.payments');

create table billing.payment_allocations (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  payment_id uuid not null,
  invoice_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references billing.payments,
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index payment_allocations_once on billing.payment_allocations (tenant_id, payment_id, invoice_id);
create index payment_allocations_invoice on billing.payment_allocations (tenant_id, invoice_id, id);
select portico.make_tenant_table('billing.payment_allocations', 'select, insert');

create table billing.credit_notes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  number bigint not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  invoice_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text collate "C" not null,
  reason text not null,
  cause uuid,
  issued_on date not null,
  issued_at timestamptz not null,
  issued_by uuid not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index credit_notes_number on billing.credit_notes (tenant_id, number);
create unique index credit_notes_cause on billing.credit_notes (tenant_id, cause) where cause is not null;
create index credit_notes_account on billing.credit_notes (tenant_id, account_id, issued_at desc, id desc);
create index credit_notes_invoice on billing.credit_notes (tenant_id, invoice_id, id);
select portico.make_tenant_table('billing.credit_notes', 'select, insert');

create table billing.refunds (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  payment_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text collate "C" not null,
  state text collate "C" not null check (state in ('pending', 'succeeded', 'failed')),
  reason text not null,
  credit_note_id uuid,
  gateway_ref text,
  failure text,
  asked_by uuid not null,
  asked_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, payment_id) references billing.payments,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, credit_note_id) references billing.credit_notes
);
create index refunds_payment on billing.refunds (tenant_id, payment_id, id);
create index refunds_pending on billing.refunds (tenant_id, asked_at, id) where state = 'pending';
select portico.make_tenant_table('billing.refunds');

-- A transfer from one account of the books to another: balanced by construction. Which account: its kind, the customer's
-- bill group, the currency. Each source is booked once per leg.
create table billing.ledger_transfers (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  debit text collate "C" not null check (debit in ('receivable', 'revenue', 'card', 'bank', 'credit', 'credited', 'written-off')),
  credit text collate "C" not null check (credit in ('receivable', 'revenue', 'card', 'bank', 'credit', 'credited', 'written-off')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
  source_kind text collate "C" not null check (source_kind in ('invoice', 'void', 'payment', 'overpayment', 'refund', 'credit-note', 'credit-used', 'write-off', 'reversal')),
  source_id uuid not null,
  invoice_id uuid,
  booked_on date not null,
  booked_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, invoice_id) references billing.invoices,
  check (debit <> credit)
);
create unique index ledger_transfers_source on billing.ledger_transfers (tenant_id, source_kind, source_id, debit, credit);
create index ledger_transfers_statement on billing.ledger_transfers (tenant_id, account_id, booked_at, id);
create index ledger_transfers_credit on billing.ledger_transfers (tenant_id, account_id, currency) where credit = 'credit' or debit = 'credit';
create index ledger_transfers_group on billing.ledger_transfers (tenant_id, bill_group_id, booked_at, id);
create index ledger_transfers_day on billing.ledger_transfers (tenant_id, booked_at, id);
select portico.make_tenant_table('billing.ledger_transfers', 'select, insert');
create trigger append_only before update or delete on billing.ledger_transfers for each row execute function billing.refuse_rewriting();
create trigger append_only_whole before truncate on billing.ledger_transfers for each statement execute function billing.refuse_rewriting();

-- A link that pays one invoice and does nothing else; a new generation makes the older link dead.
create table billing.pay_links (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  invoice_id uuid not null,
  generation integer not null default 1,
  sent_to text,
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index pay_links_invoice on billing.pay_links (tenant_id, invoice_id);
select portico.make_tenant_table('billing.pay_links');

-- An invoice that was not settled at the first call; its schedule and rule are pinned when it begins (requirements 3.4).
create table billing.collections (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  invoice_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  state text collate "C" not null check (state in ('declined', 'hard-declined', 'needs-customer', 'processing', 'unknown', 'no-method')),
  failed_at timestamptz not null,
  attempt_id uuid not null,
  -- days after the failure, and what happens at the end: keep, pause or cancel
  retry_days integer[] not null,
  last_rule text not null check (last_rule in ('keep', 'pause', 'cancel')),
  give_up_at timestamptz not null,
  ask_again_at timestamptz,
  asks integer not null default 0,
  new_method_at timestamptz,
  ended_at timestamptz,
  ended_because text,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references billing.invoices,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, attempt_id) references billing.payment_attempts
);
create unique index collections_live on billing.collections (tenant_id, invoice_id) where ended_at is null;
create index collections_group on billing.collections (tenant_id, bill_group_id) where ended_at is null;
create index collections_failed on billing.collections (tenant_id, failed_at desc, id desc);
select portico.make_tenant_table('billing.collections');

create table billing.cancellations (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  subscription_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  -- asked: waits for staff; waiting: can be undone until it takes effect
  state text collate "C" not null check (state in ('asked', 'refused', 'waiting', 'undone', 'ended', 'taken-back')),
  mode text not null check (mode in ('at-once', 'period-end', 'on-request')),
  reason text not null default '',
  asked_by uuid not null,
  asked_at timestamptz not null,
  takes_effect_at timestamptz,
  -- to begin with, so that undo leaves no trace
  was_state text,
  settled_at timestamptz,
  settled_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, subscription_id) references billing.subscriptions,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups
);
-- two tabs, two presses: one cancellation (R-0.29)
create unique index cancellations_live on billing.cancellations (tenant_id, subscription_id) where state in ('asked', 'waiting');
create index cancellations_all on billing.cancellations (tenant_id, asked_at desc, id desc);
create index cancellations_account on billing.cancellations (tenant_id, account_id, asked_at desc, id desc);
create index cancellations_subscription on billing.cancellations (tenant_id, subscription_id, asked_at desc, id desc);
create index cancellations_asked on billing.cancellations (tenant_id, asked_at, id) where state = 'asked';
select portico.make_tenant_table('billing.cancellations');

-- renewals that were to be charged while the brake was on: they are when it is lifted, if they are still owed then
create table billing.waiting_charges (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  invoice_id uuid not null,
  since timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, invoice_id) references billing.invoices
);
create unique index waiting_charges_once on billing.waiting_charges (tenant_id, invoice_id);
create index waiting_charges_since on billing.waiting_charges (tenant_id, since, id);
select portico.make_tenant_table('billing.waiting_charges');

-- what other plugins may read
create view billing.subscription_v1 with (security_invoker = true) as
  select s.tenant_id, s.id, s.number, s.account_id, s.bill_group_id, s.plan_id, p.name as plan_name, s.state, s.renews_on
  from billing.subscriptions s join billing.plans p on p.tenant_id = s.tenant_id and p.id = s.plan_id;
create view billing.invoice_v1 with (security_invoker = true) as
  select tenant_id, id, number, account_id, bill_group_id, subscription_id, currency, state, total_minor, open_minor, sent_at, issued_on, due_on
  from billing.invoices where number is not null;
do $$ begin
  execute format('grant select on billing.subscription_v1, billing.invoice_v1 to %I', current_setting('portico.runtime_role'));
  execute format('grant execute on function billing.lines_total(jsonb) to %I', current_setting('portico.runtime_role'));
end $$;
