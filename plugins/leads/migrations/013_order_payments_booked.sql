-- Payments on orders move into billing's ledger: expand, migrate, contract. This is the first step: each row says when it was
-- booked there and by which invoice, and the clock leads.order-payments books those that were not, old ones and new ones. When
-- none is left anywhere, a later release reads Amount Paid from billing and takes this table away.
alter table leads.order_payments
  add column booked_at timestamptz,
  add column invoice_number bigint,
  add column batch_id uuid,
  -- billing is switched off: tried again then
  add column book_after timestamptz;
create index order_payments_unbooked on leads.order_payments (tenant_id, recorded_at, id) where booked_at is null;
