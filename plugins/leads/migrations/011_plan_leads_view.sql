-- What other plugins may read of the leads of plans: whose plan a lead came with.
create view leads.plan_lead_v1 with (security_invoker = true) as
  select tenant_id, lead_id, subscription_id, account_id, bill_group_id from leads.queue_entries;
do $$ begin
  execute format('grant select on leads.plan_lead_v1 to %I', current_setting('portico.runtime_role'));
end $$;
