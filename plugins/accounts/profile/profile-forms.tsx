import type { Refusal } from '@portico/kit/page';
import { FormCard, PageHead, PasswordField, Stack, TextField, useText } from '@portico/ui';

export interface ProfileFormsProps {
  readonly profile: { readonly name: string; readonly userName: string | null; readonly email: string | null; readonly phone: string | null };
  readonly refusal?: Refusal | undefined;
  /** Key of the page's title. */
  readonly title: string;
}

/** The own profile and password (R-1.7, R-1.8, R-4.32, R-4.34): the same for customers' users and for staff. */
export function ProfileForms({ profile, refusal, title }: ProfileFormsProps) {
  const t = useText();
  const refused = refusal?.typed['intent'];
  return (
    <>
      <PageHead title={t(title)} sub={t('accounts.settings.about')} />
      <Stack>
        <FormCard
          title={t('accounts.profile')}
          about={profile.userName ? t('accounts.profile.user-name', { userName: profile.userName }) : undefined}
          submit={t('accounts.profile.save')}
          refusal={refused === 'profile' ? refusal : undefined}
        >
          <input type="hidden" name="intent" value="profile" />
          <TextField name="name" label={t('accounts.field.name')} defaultValue={profile.name} autoComplete="name" maxLength={120} />
          <TextField
            name="email"
            type="email"
            label={t('accounts.field.email')}
            defaultValue={profile.email ?? ''}
            autoComplete="email"
            maxLength={254}
            optional={Boolean(profile.userName)}
          />
          <TextField name="phone" type="tel" label={t('accounts.field.phone')} defaultValue={profile.phone ?? ''} autoComplete="tel" maxLength={40} optional />
        </FormCard>
        <FormCard
          title={t('accounts.password')}
          about={t('accounts.password.about')}
          submit={t('accounts.password.change')}
          refusal={refused === 'password' ? refusal : undefined}
        >
          <input type="hidden" name="intent" value="password" />
          <PasswordField name="current" label={t('accounts.field.current-password')} autoComplete="current-password" />
          <PasswordField name="password" label={t('accounts.field.new-password')} autoComplete="new-password" />
          <PasswordField name="passwordAgain" label={t('accounts.field.repeated-password')} autoComplete="new-password" />
        </FormCard>
      </Stack>
    </>
  );
}
