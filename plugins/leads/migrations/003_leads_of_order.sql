-- Who may see an order's leads is a question of their account: with it in the index, counting them reads nothing else.
create index leads_of_order on leads.leads (tenant_id, order_id, received_at desc, id desc) include (account_id);
drop index leads.leads_order;
-- Leads of one type or order by type: they lie together among all others, however many those are.
create index leads_of_one_type on leads.leads (tenant_id, account_id, lead_type_id, type_key, id);
create index leads_of_order_by_type on leads.leads (tenant_id, order_id, type_key, id) include (account_id);
