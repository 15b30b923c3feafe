import { Card, PasswordField, SelectField, Stack, SwitchField, TextField, useText } from '@portico/ui';
import type { MemberRow } from './member.queries.ts';

/** What the fields begin with. */
export interface MemberFieldsProps {
  readonly member?: MemberRow;
  readonly parents: readonly { readonly id: string; readonly name: string }[];
  /** The person looks at the own entry: Enabled and the password are not set here. */
  readonly isSelf?: boolean;
}

/** Name, contact, sign-in and access of a user: the same for a new one and for one that is changed. */
export function MemberFields({ member, parents, isSelf }: MemberFieldsProps) {
  const t = useText();
  return (
    <>
      <ContactFields member={member} />
      {!isSelf && (
        <PasswordField
          name="password"
          label={t(member ? 'accounts.field.new-password' : 'accounts.field.password')}
          hint={t(member ? 'accounts.hint.new-password' : 'accounts.hint.password')}
          autoComplete="new-password"
          optional={Boolean(member)}
        />
      )}
      <AccessFields member={member} parents={parents} isSelf={isSelf} />
    </>
  );
}

function ContactFields({ member }: Pick<MemberFieldsProps, 'member'>) {
  const t = useText();
  return (
    <>
      <TextField name="name" label={t('accounts.field.name')} defaultValue={member?.name} autoComplete="off" maxLength={120} />
      <TextField
        name="userName"
        label={t('accounts.field.user-name')}
        hint={t('accounts.hint.login')}
        defaultValue={member?.userName ?? ''}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={60}
        optional
      />
      <TextField name="email" type="email" label={t('accounts.field.email')} defaultValue={member?.email ?? ''} autoComplete="off" maxLength={254} optional />
      <TextField name="phone" type="tel" label={t('accounts.field.phone')} defaultValue={member?.phone ?? ''} autoComplete="off" maxLength={40} optional />
    </>
  );
}

function AccessFields({ member, parents, isSelf }: MemberFieldsProps) {
  const t = useText();
  return (
    <>
      <SwitchField
        name="adminAccess"
        label={t('accounts.field.admin-access')}
        hint={t('accounts.hint.admin-access')}
        defaultChecked={member?.adminAccess ?? false}
      />
      <SwitchField
        name="viewDownline"
        label={t('accounts.field.view-downline')}
        hint={t('accounts.hint.view-downline')}
        defaultChecked={member?.viewDownline ?? false}
      />
      <SelectField
        name="parentId"
        label={t('accounts.field.parent')}
        hint={t('accounts.hint.parent')}
        options={parents.map(({ id, name }) => ({ value: id, label: name }))}
        placeholder={t('accounts.nobody-above')}
        defaultValue={member?.parentId ?? ''}
        optional
      />
      {isSelf ? (
        <input type="hidden" name="enabled" value="on" />
      ) : (
        <SwitchField name="enabled" label={t('accounts.field.enabled')} hint={t('accounts.hint.enabled')} defaultChecked={member?.enabled ?? true} />
      )}
      {member?.enabled && <input type="hidden" name="wasEnabled" value="on" />}
    </>
  );
}

/** What a member sees, in words, beside the form. */
export function AccessInWords() {
  const t = useText();
  return (
    <Card title={t('accounts.access.title')}>
      <Stack tight>
        <p>{t('accounts.access.admin')}</p>
        <p>{t('accounts.access.downline')}</p>
        <p>{t('accounts.access.own')}</p>
      </Stack>
    </Card>
  );
}
