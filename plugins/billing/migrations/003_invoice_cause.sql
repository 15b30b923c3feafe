-- What another plugin asked to be paid, known by the id that it gave: one invoice for each.
alter table billing.invoices add column cause uuid;
create unique index invoices_cause on billing.invoices (tenant_id, cause) where cause is not null;
