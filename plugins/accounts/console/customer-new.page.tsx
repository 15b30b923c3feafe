import type { PageProps } from '@portico/kit/page';
import { Card, Consequences, FormCard, PageHead, PasswordField, Split, TextField, useText } from '@portico/ui';
import type { load } from './customer-new.server.ts';

/** The form of a new customer. */
export default function CustomerNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('accounts.customer-new')} crumbs={[{ label: t('accounts.customers'), href: '/console/accounts' }]} />
      <Split side={<WhatHappens />}>
        <FormCard title={t('accounts.customer-new.who')} submit={t('accounts.customer-new.submit')} cancel="/console/accounts" refusal={refusal}>
          <TextField name="name" label={t('accounts.field.customer-name')} hint={t('accounts.hint.customer-name')} autoComplete="off" maxLength={200} />
          <TextField
            name="billGroupName"
            label={t('accounts.field.bill-group')}
            hint={t('accounts.hint.bill-group')}
            defaultValue={data.billGroupName}
            autoComplete="off"
            maxLength={200}
            optional
          />
          <h3>{t('accounts.customer-new.admin')}</h3>
          <TextField name="admin.name" label={t('accounts.field.admin-name')} autoComplete="off" maxLength={120} />
          <TextField
            name="admin.userName"
            label={t('accounts.field.user-name')}
            hint={t('accounts.hint.login')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={60}
            optional
          />
          <TextField name="admin.email" type="email" label={t('accounts.field.email')} autoComplete="off" maxLength={254} optional />
          <TextField name="admin.phone" type="tel" label={t('accounts.field.phone')} autoComplete="off" maxLength={40} optional />
          <PasswordField
            name="admin.password"
            label={t('accounts.field.password')}
            hint={t('accounts.hint.password-or-invitation')}
            autoComplete="new-password"
            optional
          />
        </FormCard>
      </Split>
    </>
  );
}

function WhatHappens() {
  const t = useText();
  const lines = [
    { icon: 'users', text: t('accounts.customer-new.then-admin') },
    { icon: 'key', text: t('accounts.customer-new.then-password') },
    { icon: 'bill', text: t('accounts.customer-new.then-bill-group') },
  ] as const;
  return (
    <Card title={t('accounts.customer-new.then')}>
      <Consequences lines={lines} />
    </Card>
  );
}
