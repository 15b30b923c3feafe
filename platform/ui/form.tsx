import { Form, type FormProps } from '@remix-run/react';
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useRef } from 'react';
import { Buttons, ButtonLink, SubmitButton } from './button.tsx';
import { Card } from './card.tsx';
import { useText } from './text.tsx';

/** What a refused form brings back: a sentence for each field, one for the whole, and what was typed. The kit's `Refusal` fits. */
export interface FormRefusal {
  readonly fields?: Readonly<Record<string, string>>;
  readonly say?: string;
  readonly typed?: Readonly<Record<string, string>>;
}

interface FormState {
  readonly prefix: string;
  readonly errors: Readonly<Record<string, string>>;
  readonly typed: Readonly<Record<string, string>> | undefined;
}

const FormContext = createContext<FormState | undefined>(undefined);
const idOf = (prefix: string, name: string): string => `${prefix}-${name.replace(/[^\w-]/g, '-')}`;

/** Id, error and value of one field: its own props win over what the form around it knows. */
export function useFormField(name: string, own: { readonly error?: string; readonly defaultValue?: string | number }) {
  const form = useContext(FormContext);
  const fallback = useId();
  return {
    id: idOf(form?.prefix ?? fallback, name),
    error: own.error ?? form?.errors[name],
    /** What was typed in a refused form, else the given value. */
    value: form?.typed?.[name] ?? own.defaultValue,
    /** Whether this form comes back refused: a box that is not in `typed` was left unticked then. */
    typed: form?.typed,
  };
}

export interface FormAreaProps extends Omit<FormProps, 'children'> {
  readonly refusal?: FormRefusal;
  /** Beginning of the fields' ids; made by itself when absent. */
  readonly prefix?: string;
  readonly children: ReactNode;
}

/** A form whose fields find their errors and typed values by name. Posts unless told otherwise; works without script. */
export function FormArea({ refusal, prefix, children, method = 'post', ...rest }: FormAreaProps) {
  const made = useId();
  const state = useMemo<FormState>(
    () => ({ prefix: prefix ?? made, errors: refusal?.fields ?? {}, typed: refusal?.typed }),
    [prefix, made, refusal],
  );
  return (
    <FormContext.Provider value={state}>
      <Form {...rest} method={method} noValidate className={rest.className ?? 'ui-form'}>
        {refusal && <FormErrors say={refusal.say} fields={refusal.fields} />}
        {children}
      </Form>
    </FormContext.Provider>
  );
}

export interface FormErrorsProps {
  readonly say?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** What is wrong, first thing in the form, each line leading to its field. Takes the focus when it appears. */
export function FormErrors({ say, fields = {} }: FormErrorsProps) {
  const t = useText();
  const form = useContext(FormContext);
  const box = useRef<HTMLDivElement>(null);
  const names = Object.keys(fields);
  useEffect(() => box.current?.focus(), [say, fields]);
  if (!say && names.length === 0) return null;
  return (
    <div className="ui-notice ui-notice-bad" role="alert" tabIndex={-1} ref={box}>
      <p><b>{say ?? t('ui.form.look-again', { count: names.length })}</b></p>
      {names.length > 0 && (
        <ul>
          {names.map((name) => (
            <li key={name}>{form ? <a href={`#${idOf(form.prefix, name)}`}>{fields[name]}</a> : fields[name]}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

export interface FormCardProps extends Omit<FormAreaProps, 'title' | 'about'> {
  readonly title?: ReactNode;
  readonly about?: ReactNode;
  /** Text of the main button, "Save". */
  readonly submit: string;
  /** While it is on its way; default "Saving…". */
  readonly pendingText?: string;
  /** Where Cancel leads; no Cancel when absent. */
  readonly cancel?: string;
  /** The button takes something away. */
  readonly grave?: boolean;
  /** Further buttons before the main one. */
  readonly actions?: ReactNode;
  readonly cardId?: string;
}

/** A form in a card: heading, errors, fields, and the buttons in its foot. */
export function FormCard({ title, about, submit, pendingText, cancel, grave, actions, cardId, children, ...form }: FormCardProps) {
  const t = useText();
  return (
    <Card title={title} about={about} id={cardId} flush>
      <FormArea {...form} className="ui-form-card">
        <div className="ui-card-body ui-form">{children}</div>
        <div className="ui-card-foot">
          <Buttons end>
            {cancel && <ButtonLink href={cancel} look="bare">{t('ui.cancel')}</ButtonLink>}
            {actions}
            <SubmitButton look={grave ? 'grave' : 'main'} action={form.action} pendingText={pendingText ?? t('ui.saving')}>{submit}</SubmitButton>
          </Buttons>
        </div>
      </FormArea>
    </Card>
  );
}
