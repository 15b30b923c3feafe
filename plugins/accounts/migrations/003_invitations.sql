-- A mailed offer to one person of a customer to come to the portal (S1). The link is made of id and generation: it is stored nowhere.
create table accounts.invitations (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  user_id uuid not null,
  -- what it was made for: the first payment, or the act of staff. One of them makes one invitation, ever.
  cause uuid not null,
  -- who of the business asked for it by hand; null: the first payment did
  invited_by uuid,
  state text not null default 'open' check (state in ('open', 'accepted', 'expired')),
  -- raised when it is sent again: links of an older generation are dead
  generation integer not null default 1 check (generation > 0),
  created_at timestamptz not null,
  -- when the present generation began; what follows counts from here
  invited_at timestamptz not null,
  remind_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  reminded_at timestamptz,
  -- the last mail that the person asked for by the page of a dead link
  asked_at timestamptz,
  accepted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, user_id) references portico.users,
  foreign key (tenant_id, invited_by) references portico.users,
  check ((state = 'accepted') = (accepted_at is not null))
);
create unique index invitations_cause on accounts.invitations (tenant_id, cause);
-- one for each customer, until it has expired: a second plan, or two people who press at once, make no second one (R-0.3)
create unique index invitations_account on accounts.invitations (tenant_id, account_id) where state <> 'expired';
create index invitations_of_account on accounts.invitations (tenant_id, account_id, created_at desc, id desc);
create index invitations_created on accounts.invitations (tenant_id, created_at desc, id desc);
create index invitations_state on accounts.invitations (tenant_id, state, created_at desc, id desc);
create index invitations_user on accounts.invitations (tenant_id, user_id);
select portico.make_tenant_table('accounts.invitations');
