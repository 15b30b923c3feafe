-- The words with which somebody let us charge their card from now on, agreed to with a payment: they hold when it has come in.
alter table billing.payment_attempts add column auto_pay_mandate text;
