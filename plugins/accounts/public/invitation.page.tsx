import type { PageProps } from '@portico/kit/page';
import { Anchor, Buttons, Card, FormArea, FormCard, Notice, PageHead, PasswordField, Stack, SubmitButton, useFormat, useText } from '@portico/ui';
import type { FormRefusal } from '@portico/ui';
import type { load } from './invitation.server.ts';

type Data = PageProps<typeof load>['data'];

/** What the link of an invitation opens: a password is chosen, or given, and the person is in. */
export default function Invitation({ data, refusal }: PageProps<typeof load>) {
  return data.kind === 'open' ? <Accept invitation={data} refusal={refusal} /> : <DeadLink asked={data.asked} business={data.business} refusal={refusal} />;
}

function Accept({ invitation, refusal }: { readonly invitation: Extract<Data, { kind: 'open' }>; readonly refusal: FormRefusal | undefined }) {
  const t = useText();
  const format = useFormat();
  const { business, account, inviter, name, login, hasPassword, expiresAt } = invitation;
  return (
    <>
      <PageHead title={t('accounts.invitation.hello', { name })} sub={t('accounts.invitation.to', { business, account })} />
      <Stack>
        <p>{inviter ? t('accounts.invitation.by-person', { inviter, business, account }) : t('accounts.invitation.by-business', { business, account })}</p>
        <FormCard
          title={t(hasPassword ? 'accounts.invitation.give-password' : 'accounts.invitation.create-password')}
          about={t(hasPassword ? 'accounts.invitation.sign-in-as' : 'accounts.invitation.will-sign-in-as', { login })}
          submit={t(hasPassword ? 'accounts.invitation.sign-in' : 'accounts.invitation.create-and-sign-in')}
          pendingText={t('accounts.invitation.signing-in')}
          refusal={refusal}
        >
          <input type="hidden" name="intent" value="accept" />
          {/* for who keeps passwords: whose it is */}
          <input type="hidden" name="login" value={login} autoComplete="username" />
          {hasPassword ? <OwnPassword /> : <NewPassword />}
        </FormCard>
        <p className="ui-quiet">{t('accounts.invitation.until', { until: format.when(expiresAt, 'long') })}</p>
        <p className="ui-quiet">{t('accounts.invitation.someone-else', { login })}</p>
      </Stack>
    </>
  );
}

function NewPassword() {
  const t = useText();
  return (
    <>
      <PasswordField name="password" label={t('accounts.field.password')} hint={t('accounts.hint.own-password')} autoComplete="new-password" />
      <PasswordField name="passwordAgain" label={t('accounts.field.password-again')} autoComplete="new-password" />
    </>
  );
}

function OwnPassword() {
  const t = useText();
  return <PasswordField name="password" label={t('accounts.field.password')} hint={t('accounts.hint.password-you-have')} autoComplete="current-password" />;
}

/** Used, expired, replaced by a newer one, or never a link: who holds it learns no difference. */
function DeadLink({ asked, business, refusal }: { readonly asked: boolean; readonly business: string; readonly refusal: FormRefusal | undefined }) {
  const t = useText();
  return (
    <>
      <PageHead title={t('accounts.invitation.dead')} sub={t('accounts.invitation.dead-why')} />
      <Stack>
        {asked && (
          <Notice tone="good" title={t('accounts.invitation.asked')}>
            {t('accounts.invitation.asked-text', { business })}
          </Notice>
        )}
        <Card title={t('accounts.invitation.what-now')}>
          <Stack>
            <p>{t('accounts.invitation.new-link-text')}</p>
            <FormArea refusal={refusal}>
              <input type="hidden" name="intent" value="new-link" />
              <Buttons>
                <SubmitButton look={asked ? 'plain' : 'main'}>{t('accounts.invitation.new-link')}</SubmitButton>
              </Buttons>
            </FormArea>
            <p>
              {t('accounts.invitation.have-password')} <Anchor href="/sign-in">{t('accounts.invitation.to-sign-in')}</Anchor>
            </p>
          </Stack>
        </Card>
      </Stack>
    </>
  );
}
