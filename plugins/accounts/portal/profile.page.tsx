import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, PasswordField, Stack, TextField, useText } from '@portico/ui';
import type { load } from './profile.server.ts';

/** The own profile and password. */
export default function Profile({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const refused = refusal?.typed['intent'];
  return (
    <>
      <PageHead title={t('accounts.settings')} sub={t('accounts.settings.about')} />
      <Stack>
        <FormCard title={t('accounts.profile')} about={data.userName ? t('accounts.profile.user-name', { userName: data.userName }) : undefined} submit={t('accounts.profile.save')} refusal={refused === 'profile' ? refusal : undefined}>
          <input type="hidden" name="intent" value="profile" />
          <TextField name="name" label={t('accounts.field.name')} defaultValue={data.name} autoComplete="name" maxLength={120} />
          <TextField name="email" type="email" label={t('accounts.field.email')} defaultValue={data.email ?? ''} autoComplete="email" maxLength={254} optional={Boolean(data.userName)} />
          <TextField name="phone" type="tel" label={t('accounts.field.phone')} defaultValue={data.phone ?? ''} autoComplete="tel" maxLength={40} optional />
        </FormCard>
        <FormCard title={t('accounts.password')} about={t('accounts.password.about')} submit={t('accounts.password.change')} refusal={refused === 'password' ? refusal : undefined}>
          <input type="hidden" name="intent" value="password" />
          <PasswordField name="current" label={t('accounts.field.current-password')} autoComplete="current-password" />
          <PasswordField name="password" label={t('accounts.field.new-password')} autoComplete="new-password" />
          <PasswordField name="repeated" label={t('accounts.field.repeated-password')} autoComplete="new-password" />
        </FormCard>
      </Stack>
    </>
  );
}
