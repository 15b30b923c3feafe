-- Lists that are narrowed to what there is little of, without looking through everything else: what customers do not see yet,
-- what was closed unpaid, subscriptions that are not simply active. None of them grows with a renewal.
create index invoices_not_sent on billing.invoices (tenant_id, created_at desc, id desc) where sent_at is null;
create index invoices_closed on billing.invoices (tenant_id, state, created_at desc, id desc) where state in ('void', 'written-off');
create index subscriptions_not_active on billing.subscriptions (tenant_id, state, number desc, id desc) where state <> 'active';
