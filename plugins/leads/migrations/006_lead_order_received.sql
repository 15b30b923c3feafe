-- How many leads an order has received, less those given back, for other plugins: a column more changes nothing for those
-- that read the view already.
create or replace view leads.lead_order_v1 with (security_invoker = true) as
  select tenant_id, id, number, account_id, bill_group_id, lead_type_id, state, accepts_returns, received
  from leads.lead_orders;
