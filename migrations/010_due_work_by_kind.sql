-- What is due is looked for kind by kind: work that nobody can do now, mails without a mail server, is not walked over again
-- and again by those who look for the rest.
create index due_work_of_kind on portico.due_work (tenant_id, kind, not_before, id);
drop index portico.due_work_next;
