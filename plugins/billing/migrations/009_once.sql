-- When the card of a payment was kept, and auto-pay switched on with it, as its owner had wanted: done once, whatever they change later.
alter table billing.payment_attempts add column kept_at timestamptz;
-- From when on a gateway may have charged for a batch: before, nothing of it can have happened.
alter table billing.renewal_batches add column offered_at timestamptz;
