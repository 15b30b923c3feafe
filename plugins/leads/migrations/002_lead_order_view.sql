-- What other plugins may read of orders: their terms, no figures.
create view leads.lead_order_v1 with (security_invoker = true) as
  select tenant_id, id, number, account_id, bill_group_id, lead_type_id, state, accepts_returns
  from leads.lead_orders;
do $$ begin
  execute format('grant select on leads.lead_order_v1 to %I', current_setting('portico.runtime_role'));
end $$;
