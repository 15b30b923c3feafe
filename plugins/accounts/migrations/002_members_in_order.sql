-- users of the whole business by age, for staff
create index members_created on accounts.members (tenant_id, created_at desc, id desc);
