import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useState } from 'react';
import { Button } from './button.tsx';
import { classes } from './class-names.ts';
import { useFormField } from './form.tsx';
import { Icon, type IconName } from './icon.tsx';
import { useText } from './text.tsx';
import { useHydrated } from './values.tsx';

/** What every field has. Error and value come from the form around it when not given. */
export interface FieldProps {
  readonly name: string;
  /** Always visible. */
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string;
  /** Says "optional" beside the label. Fields are required unless marked, so that most carry no mark. */
  readonly optional?: boolean;
}

type Native<A> = Omit<A, 'name' | 'size' | 'value' | 'defaultValue'> & { readonly defaultValue?: string | number };

/** Ids of hint and error, and the attributes that tie a control to them. */
function described(id: string, hint: ReactNode, error: string | undefined) {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined } as const;
}

interface FrameProps extends Pick<FieldProps, 'label' | 'hint' | 'optional'> {
  readonly id: string;
  readonly error?: string;
  readonly children: ReactNode;
}

/** Label above, control, then error and hint. */
function FieldFrame({ id, label, hint, error, optional, children }: FrameProps) {
  return (
    <div className={classes('ui-field', error && 'ui-field-wrong')}>
      <div className="ui-field-label">
        <label htmlFor={id}>{label}</label>
        {optional && <OptionalMark />}
      </div>
      {children}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

const OptionalMark = () => <small className="ui-quiet">{useText()('ui.optional')}</small>;

const FieldNotes = ({ id, hint, error }: { readonly id: string; readonly hint?: ReactNode; readonly error?: string }) => (
  <>
    {error && (
      <p className="ui-error" id={`${id}-error`}>
        <Icon name="alert" size={15} />
        {error}
      </p>
    )}
    {hint && (
      <p className="ui-hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </>
);

export interface TextFieldProps extends FieldProps, Native<InputHTMLAttributes<HTMLInputElement>> {
  readonly icon?: IconName;
  /** Stands before what is typed: a currency, "+1". */
  readonly before?: string;
  readonly after?: string;
}

/** One line of text; `type` for e-mail, number, search, url, tel. */
export function TextField({ name, label, hint, error: ownError, optional, defaultValue, icon, before, after, ...input }: TextFieldProps) {
  const { id, error, value } = useFormField(name, { error: ownError, defaultValue });
  const control = (
    <input
      type="text"
      {...input}
      id={id}
      name={name}
      defaultValue={value}
      required={!optional && input.required !== false}
      className="ui-input"
      {...described(id, hint, error)}
    />
  );
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      {icon || before || after ? (
        <div className={classes('ui-input-group', icon && 'ui-input-icon')}>
          {icon && <Icon name={icon} />}
          {before && <span>{before}</span>}
          {control}
          {after && <span>{after}</span>}
        </div>
      ) : (
        control
      )}
    </FieldFrame>
  );
}

export interface PasswordFieldProps extends FieldProps, Native<InputHTMLAttributes<HTMLInputElement>> {
  readonly autoComplete: 'current-password' | 'new-password' | 'off';
}

/** A secret. Pasting is allowed; it can be shown once script runs. What was typed never comes back from the server. */
export function PasswordField({ name, label, hint, error: ownError, optional, defaultValue: _, ...input }: PasswordFieldProps) {
  const t = useText();
  const { id, error } = useFormField(name, { error: ownError });
  const [isShown, setShown] = useState(false);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <div className="ui-input-group">
        <input
          {...input}
          id={id}
          name={name}
          type={isShown ? 'text' : 'password'}
          required={!optional}
          className="ui-input"
          spellCheck={false}
          autoCapitalize="off"
          {...described(id, hint, error)}
        />
        {useHydrated() && (
          <Button type="button" look="bare" small aria-label={t('ui.password.show')} aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {t('ui.password.show-short')}
          </Button>
        )}
      </div>
    </FieldFrame>
  );
}

/** A civil date, `2026-11-22`, by the browser's own picker. */
export const DateField = (props: Omit<TextFieldProps, 'type' | 'icon'>) => <TextField {...props} type="date" />;

/** One choice of a list. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

export interface SelectFieldProps extends FieldProps, Native<SelectHTMLAttributes<HTMLSelectElement>> {
  readonly options: readonly Choice[];
  /** First entry with an empty value: "Choose…", "Nobody yet". */
  readonly placeholder?: string;
}

/** One of a list, by the browser's own select. */
export function SelectField({ name, label, hint, error: ownError, optional, defaultValue, options, placeholder, ...select }: SelectFieldProps) {
  const { id, error, value } = useFormField(name, { error: ownError, defaultValue });
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <span className="ui-select-box">
        <select
          {...select}
          id={id}
          name={name}
          defaultValue={value}
          required={!optional && placeholder !== undefined}
          className="ui-input ui-select"
          {...described(id, hint, error)}
        >
          {placeholder !== undefined && <option value="">{placeholder}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={16} />
      </span>
    </FieldFrame>
  );
}

export interface TextareaFieldProps extends FieldProps, Native<TextareaHTMLAttributes<HTMLTextAreaElement>> {}

/** Several lines of text. */
export function TextareaField({ name, label, hint, error: ownError, optional, defaultValue, rows = 4, ...area }: TextareaFieldProps) {
  const { id, error, value } = useFormField(name, { error: ownError, defaultValue });
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea {...area} id={id} name={name} rows={rows} defaultValue={value} required={!optional} className="ui-input" {...described(id, hint, error)} />
    </FieldFrame>
  );
}

/** Files, by the browser's own picker. Give the form `encType="multipart/form-data"`. */
export function FileField({
  name,
  label,
  hint,
  error: ownError,
  optional,
  defaultValue: _,
  ...input
}: FieldProps & Native<InputHTMLAttributes<HTMLInputElement>>) {
  const { id, error } = useFormField(name, { error: ownError });
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <input {...input} id={id} name={name} type="file" required={!optional} className="ui-input ui-file" {...described(id, hint, error)} />
    </FieldFrame>
  );
}

/** A colour: typed as `#rrggbb`, or picked once script runs; what is picked is written into the text. */
export function ColourField({
  name,
  label,
  hint,
  error: ownError,
  optional,
  defaultValue,
  onColour,
}: FieldProps & { readonly defaultValue?: string; readonly onColour?: (text: string) => void }) {
  const t = useText();
  const { id, error, value } = useFormField(name, { error: ownError, defaultValue });
  const [text, setText] = useState(String(value ?? ''));
  const isHydrated = useHydrated();
  const change = (next: string) => {
    setText(next);
    onColour?.(next);
  };
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <div className="ui-input-group">
        {isHydrated && (
          <input
            type="color"
            className="ui-swatch"
            aria-label={t('ui.colour.pick', { label })}
            value={/^#[0-9a-f]{6}$/i.test(text) ? text : '#000000'}
            onChange={(event) => change(event.target.value)}
          />
        )}
        <input
          id={id}
          name={name}
          value={text}
          onChange={(event) => change(event.target.value)}
          required={!optional}
          maxLength={7}
          spellCheck={false}
          className="ui-input ui-num"
          {...described(id, hint, error)}
        />
      </div>
    </FieldFrame>
  );
}

export interface CheckFieldProps extends Omit<FieldProps, 'optional'> {
  /** What is sent when it is on. Default `on`. */
  readonly value?: string;
  readonly defaultChecked?: boolean;
  readonly disabled?: boolean;
}

function useCheck({ name, error: ownError, value = 'on', defaultChecked }: CheckFieldProps) {
  const { id, error, typed } = useFormField(name, { error: ownError });
  return { id: value === 'on' ? id : `${id}-${value}`, error, value, isOn: typed ? (typed[name]?.split(',').includes(value) ?? false) : defaultChecked };
}

/** A tick box with its words beside it. */
export function CheckField(props: CheckFieldProps) {
  const { id, error, value, isOn } = useCheck(props);
  return (
    <div className={classes('ui-check', error && 'ui-field-wrong')}>
      <input type="checkbox" id={id} name={props.name} value={value} defaultChecked={isOn} disabled={props.disabled} {...described(id, props.hint, error)} />
      <label htmlFor={id}>{props.label}</label>
      <FieldNotes id={id} hint={props.hint} error={error} />
    </div>
  );
}

/** On or off, at once understood as such. Sent like a tick box. */
export function SwitchField(props: CheckFieldProps) {
  const { id, error, value, isOn } = useCheck(props);
  return (
    <div className={classes('ui-check ui-switch', error && 'ui-field-wrong')}>
      <input
        type="checkbox"
        role="switch"
        id={id}
        name={props.name}
        value={value}
        defaultChecked={isOn}
        disabled={props.disabled}
        {...described(id, props.hint, error)}
      />
      <label htmlFor={id}>{props.label}</label>
      <FieldNotes id={id} hint={props.hint} error={error} />
    </div>
  );
}

export interface ChoicesProps extends FieldProps {
  readonly options: readonly Choice[];
}

/** One of a few, all of them visible. */
export function RadioGroup({ name, label, hint, error: ownError, optional, options, defaultValue }: ChoicesProps & { readonly defaultValue?: string }) {
  const { id, error, typed } = useFormField(name, { error: ownError });
  const chosen = typed ? typed[name] : defaultValue;
  return (
    <fieldset
      className={classes('ui-field ui-choices', error && 'ui-field-wrong')}
      id={id}
      tabIndex={error ? -1 : undefined}
      aria-describedby={described(id, hint, error)['aria-describedby']}
    >
      <legend className="ui-field-label">
        {label}
        {optional && <OptionalMark />}
      </legend>
      {options.map((option) => (
        <div className="ui-check" key={option.value}>
          <input
            type="radio"
            id={`${id}-${option.value}`}
            name={name}
            value={option.value}
            defaultChecked={option.value === chosen}
            disabled={option.disabled}
            aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
          />
          <label htmlFor={`${id}-${option.value}`}>{option.label}</label>
          {option.hint && (
            <p className="ui-hint" id={`${id}-${option.value}-hint`}>
              {option.hint}
            </p>
          )}
        </div>
      ))}
      <FieldNotes id={id} hint={hint} error={error} />
    </fieldset>
  );
}
