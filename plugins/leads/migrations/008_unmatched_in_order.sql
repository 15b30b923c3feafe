-- Staff sort the leads of a business as each customer sorts its own: those of each customer are read by its own indexes and
-- merged. Leads that no order wanted belong to no customer; they are few, and have an index for each order of their own.
create index leads_unmatched_name on leads.leads (tenant_id, name_key, id) where account_id is null;
create index leads_unmatched_type on leads.leads (tenant_id, type_key, id) where account_id is null;
create index leads_unmatched_status on leads.leads (tenant_id, status_key, id) where account_id is null;
create index leads_unmatched_town on leads.leads (tenant_id, town_key, id) where account_id is null;
create index leads_unmatched_assignee on leads.leads (tenant_id, assignee_key, id) where account_id is null;
