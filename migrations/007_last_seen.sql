-- When somebody was last here, in the business's time: it stays when the session is over.
alter table portico.users add column seen_at timestamptz;
