-- When a refund that waits for the bank is asked of the gateway again, by itself; without it, at once.
alter table billing.refunds add column look_at timestamptz;
create index refunds_to_look_at on billing.refunds (tenant_id, (coalesce(look_at, asked_at)), id) where state = 'pending';
