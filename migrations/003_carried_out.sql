-- Set in the very transaction of the work: a process that died before its answer was kept has done the work, or nothing.
alter table portico.idempotency_keys add column carried_out_at timestamptz;
