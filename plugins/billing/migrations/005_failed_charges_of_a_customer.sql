-- failed charges of one customer, for its page
create index collections_account on billing.collections (tenant_id, account_id, failed_at desc, id desc);
