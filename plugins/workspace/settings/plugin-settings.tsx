import type { Refusal } from '@portico/kit/page';
import { Card, CheckField, Facts, FormCard, PasswordField, SelectField, SwitchField, TextareaField, TextField, useText, type Translate } from '@portico/ui';
import { nameInWords, textOr } from '../operations/words.ts';
import { secretInput, secretTakenAway, type SettingField } from './settings-schema.ts';

export interface PluginSettingsProps {
  readonly plugin: {
    readonly id: string;
    readonly title: string;
    readonly fields: readonly SettingField[];
    readonly values: Readonly<Record<string, unknown>>;
  };
  readonly canChange: boolean;
  readonly refusal?: Refusal | undefined;
}

/** A plugin's settings as a form made from its schema; for those who may not change them, as facts. */
export function PluginSettings({ plugin, canChange, refusal }: PluginSettingsProps) {
  const t = useText();
  const { id, title, fields, values } = plugin;
  if (fields.length === 0) return null;
  if (!canChange) {
    return (
      <Card title={t(title)}>
        <Facts facts={fields.map((field) => ({ label: t(field.title), value: <Shown field={field} value={values[field.name]} /> }))} />
      </Card>
    );
  }
  return (
    <FormCard title={t(title)} submit={t('workspace.save')} refusal={refusal}>
      <input type="hidden" name="pluginId" value={id} />
      {fields.map((field) => (
        <Setting key={field.name} field={field} value={values[field.name]} />
      ))}
    </FormCard>
  );
}

/** The words of a choice: the key of the field's title, a dot, the value; without such a text the value itself. */
const choiceText = (t: Translate, field: SettingField, choice: string): string => textOr(t, `${field.title}.${choice}`, nameInWords(`.${choice}`));

const isSet = (value: unknown): boolean => (value as { readonly set?: boolean } | undefined)?.set === true;

/** Whether it is set, an empty field to set it anew, and a box to take it away. What it is, nobody is shown. */
function SecretSetting({ field, value }: { readonly field: SettingField; readonly value: unknown }) {
  const t = useText();
  const hint = [t(isSet(value) ? 'workspace.hint.secret-set' : 'workspace.hint.secret-not-set'), field.hint && t(field.hint)].filter(Boolean).join(' ');
  return (
    <>
      <PasswordField name={secretInput(field.name)} label={t(field.title)} hint={hint} autoComplete="off" maxLength={2_000} optional />
      {isSet(value) && <CheckField name={secretTakenAway(field.name)} label={t('workspace.secret-taken-away', { what: t(field.title) })} />}
    </>
  );
}

const asText = (value: unknown): string => (Array.isArray(value) ? value.join('\n') : value === undefined || value === null ? '' : String(value));

function Setting({ field, value }: { readonly field: SettingField; readonly value: unknown }) {
  const t = useText();
  const label = t(field.title);
  const hint = field.hint && t(field.hint);
  const { name } = field;
  switch (field.kind) {
    case 'secret':
      return <SecretSetting field={field} value={value} />;
    case 'yes-no':
      return <SwitchField name={name} label={label} hint={hint} defaultChecked={value === true} />;
    case 'choice':
      return (
        <SelectField
          name={name}
          label={label}
          hint={hint}
          defaultValue={asText(value)}
          options={field.choices!.map((choice) => ({ value: choice, label: choiceText(t, field, choice) }))}
        />
      );
    case 'number':
      return (
        <TextField
          name={name}
          label={label}
          hint={hint}
          type="number"
          inputMode={field.whole ? 'numeric' : 'decimal'}
          min={field.minimum}
          max={field.maximum}
          step={field.whole ? 1 : 'any'}
          defaultValue={asText(value)}
        />
      );
    case 'lines':
      return <TextareaField name={name} label={label} hint={hint ?? t('workspace.hint.lines')} defaultValue={asText(value)} rows={5} />;
    default:
      return <TextField name={name} label={label} hint={hint} defaultValue={asText(value)} optional />;
  }
}

function Shown({ field, value }: { readonly field: SettingField; readonly value: unknown }) {
  const t = useText();
  if (field.kind === 'secret') return <>{t(isSet(value) ? 'workspace.secret-set' : 'workspace.secret-not-set')}</>;
  if (field.kind === 'yes-no') return <>{t(value === true ? 'workspace.yes' : 'workspace.no')}</>;
  if (field.kind === 'choice') return <>{choiceText(t, field, asText(value))}</>;
  return <>{Array.isArray(value) ? value.join(', ') : asText(value)}</>;
}
