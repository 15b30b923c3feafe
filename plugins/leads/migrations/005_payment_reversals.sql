-- A payment that was recorded by mistake is taken back by a row of its own, once: nothing is changed or deleted, and what
-- was paid stays the sum of the rows. The note of such a row says why. The key is not checked against the rows that are
-- there: all of them are null in a new column, and row-level security shows them to nobody who stands in no business.
alter table leads.order_payments
  add column reverses_id uuid,
  drop constraint order_payments_amount_minor_check,
  add check (case when reverses_id is null then amount_minor > 0 else amount_minor < 0 and note <> '' end);
alter table leads.order_payments add foreign key (tenant_id, reverses_id) references leads.order_payments not valid;
create unique index order_payments_reverses on leads.order_payments (tenant_id, reverses_id) where reverses_id is not null;
