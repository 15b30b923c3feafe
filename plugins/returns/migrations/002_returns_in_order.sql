-- Each order that the list of returns is offered in, for each reach of the right to read them: the business, a customer, a
-- member.
create index lead_returns_decide_by on returns.lead_returns (tenant_id, decide_by, id);
create index lead_returns_status_requested on returns.lead_returns (tenant_id, status, requested_at desc, id desc);
create index lead_returns_account_decide_by on returns.lead_returns (tenant_id, account_id, decide_by, id);
create index lead_returns_account_status_decide_by on returns.lead_returns (tenant_id, account_id, status, decide_by, id);
create index lead_returns_member on returns.lead_returns (tenant_id, member_id, requested_at desc, id desc);
create index lead_returns_member_decide_by on returns.lead_returns (tenant_id, member_id, decide_by, id);
