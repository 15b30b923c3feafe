import { PasswordField, RadioGroup, SwitchField, TextField, useText } from '@portico/ui';
import type { StaffRow } from './staff.queries.ts';

interface StaffFieldsProps {
  readonly staff?: StaffRow;
  readonly isSelf?: boolean;
  /** Whether the person who fills this in may make somebody an owner. */
  readonly canAppoint: boolean;
}

/** Name, sign-in, role and state of somebody of the team: the same for a new person and for one that is changed. */
export function StaffFields({ staff, isSelf, canAppoint }: StaffFieldsProps) {
  const t = useText();
  const roles = (canAppoint ? (['staff', 'owner'] as const) : (['staff'] as const)).map((role) => ({
    value: role,
    label: t(`workspace.role.${role}`),
    hint: t(`workspace.role.${role}.about`),
  }));
  return (
    <>
      <TextField name="name" label={t('workspace.field.name')} defaultValue={staff?.name} autoComplete="off" maxLength={120} />
      <TextField
        name="email"
        type="email"
        label={t('workspace.field.email')}
        hint={t('workspace.hint.email')}
        defaultValue={staff?.email ?? ''}
        autoComplete="off"
        maxLength={254}
        optional
      />
      <TextField
        name="userName"
        label={t('workspace.field.user-name')}
        hint={t('workspace.hint.login')}
        defaultValue={staff?.userName ?? ''}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={60}
        optional
      />
      {!isSelf && (
        <PasswordField
          name="password"
          label={t(staff ? 'workspace.field.new-password' : 'workspace.field.password')}
          hint={t(staff ? 'workspace.hint.new-password' : 'workspace.hint.password')}
          autoComplete="new-password"
          optional={Boolean(staff)}
        />
      )}
      <RadioGroup name="role" label={t('workspace.field.role')} options={roles} defaultValue={staff?.role ?? 'staff'} />
      {staff && !isSelf && (
        <SwitchField name="enabled" label={t('workspace.field.enabled')} hint={t('workspace.hint.enabled')} defaultChecked={staff.enabled} />
      )}
    </>
  );
}
