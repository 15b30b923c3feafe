-- What the collection of an invoice remembers between its tries, and how a plan ends or rests that was not paid.
alter table billing.collections
  -- renewal or auto-pay: we may try again by ourselves; otherwise a payment that somebody made is followed to its end
  add column automatic boolean not null default true,
  -- when the last try was over; without one, none has failed yet
  add column tried_at timestamptz,
  add column tries integer not null default 0 check (tries >= 0),
  add column failures integer not null default 0 check (failures >= 0),
  -- a try that could not be made is made then
  add column try_again_at timestamptz,
  -- the try that is being made at this moment: whoever takes the step again goes on with it
  add column trying_id uuid,
  -- how it stood when somebody's own payment came between
  add column before_state text collate "C" check (before_state in ('declined', 'hard-declined', 'needs-customer'));
-- no row has one yet; looking through them would ask for a business
alter table billing.collections add constraint collections_trying foreign key (tenant_id, trying_id) references billing.payment_attempts not valid;

-- failed charges as staff look through them: those that wait, by what they wait for, and those that are over
create index collections_waiting on billing.collections (tenant_id, failed_at desc, id desc) where ended_at is null;
create index collections_waiting_state on billing.collections (tenant_id, state, failed_at desc, id desc) where ended_at is null;
create index collections_over on billing.collections (tenant_id, failed_at desc, id desc) where ended_at is not null;
create index collections_invoice on billing.collections (tenant_id, invoice_id, failed_at desc, id desc);

-- who pauses a plan, and who ends it: people, or the rule for what is not paid
alter table billing.subscriptions add column paused_because text check (paused_because in ('unpaid'));
alter table billing.cancellations add column because text not null default 'asked' check (because in ('asked', 'unpaid'));
