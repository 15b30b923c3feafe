-- What is printed is compared only when somebody sets it: a payment that comes in sets nothing of it.
drop trigger keep_issued on billing.invoices;
create trigger keep_issued before delete or update of number, account_id, bill_group_id, subscription_id, currency, issued_at, issued_on, due_on, due_at, lines,
  seller, buyer, note, total_minor on billing.invoices for each row execute function billing.keep_issued();
