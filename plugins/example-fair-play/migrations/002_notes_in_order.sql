-- the page and GET /notes list by time: all of the business, those of a customer, those of a member
create index goodwill_notes_written on example_fair_play.goodwill_notes (tenant_id, written_at desc, id desc);
create index goodwill_notes_account on example_fair_play.goodwill_notes (tenant_id, account_id, written_at desc, id desc);
create index goodwill_notes_member on example_fair_play.goodwill_notes (tenant_id, member_id, written_at desc, id desc);
