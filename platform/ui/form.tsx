import { Form, type FormProps, useLocation, useNavigation } from '@remix-run/react';
import { type FormEvent, type ReactNode, useContext, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Buttons, ButtonLink, SubmitButton } from './button.tsx';
import { Card } from './card.tsx';
import { FormContext, type FormState } from './form-context.ts';
import { PartField } from './part-field.tsx';
import { useText } from './text.tsx';

/** What a refused form brings back: a sentence for each field, one for the whole, and what was typed. The kit's `Refusal` fits. */
export interface FormRefusal {
  readonly fields?: Readonly<Record<string, string>>;
  readonly say?: string;
  readonly typed?: Readonly<Record<string, string>>;
}

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

/**
 * A form whose fields find their errors and typed values by name. Posts unless told otherwise; works without script. In a
 * part of a slot it is handed to that part's `submit`, unless it has an `action` of its own.
 * Once it was accepted its fields begin anew from their default values, as they do without script.
 */
export function FormArea({ refusal, prefix, children, method = 'post', onSubmit, ...rest }: FormAreaProps) {
  const made = useId();
  const { pathname } = useLocation();
  const { isSending, accepted, send } = useSending(refusal);
  const state = useMemo<FormState>(
    () => ({ prefix: prefix ?? made, errors: refusal?.fields ?? {}, typed: refusal?.typed, isSending }),
    [prefix, made, refusal, isSending],
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    onSubmit?.(event);
    if (!event.defaultPrevented) send();
  };
  return (
    <FormContext.Provider value={state}>
      <Form {...rest} key={`${pathname} ${accepted}`} method={method} noValidate onSubmit={submit} className={rest.className ?? 'ui-form'}>
        {refusal && <FormErrors say={refusal.say} fields={refusal.fields} />}
        {method === 'post' && rest.action === undefined && <PartField />}
        {children}
      </Form>
    </FormContext.Provider>
  );
}

/** Whether this form is on its way, and how often it has been accepted. */
function useSending(refusal: FormRefusal | undefined) {
  const { state } = useNavigation();
  const [phase, setPhase] = useState<'idle' | 'sent' | 'underway'>('idle');
  const [accepted, setAccepted] = useState(0);
  useEffect(() => {
    if (phase === 'sent' && state !== 'idle') setPhase('underway');
    if (phase === 'underway' && state === 'idle') {
      setPhase('idle');
      if (!refusal) setAccepted((count) => count + 1);
    }
  }, [phase, state, refusal]);
  return { isSending: phase !== 'idle' && state !== 'idle', accepted, send: () => setPhase('sent') };
}

export interface FormErrorsProps {
  readonly say?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** What is wrong, first thing in the form, each line leading to its field. Takes the focus when it appears. */
export function FormErrors({ say, fields }: FormErrorsProps) {
  const t = useText();
  const form = useContext(FormContext);
  const box = useRef<HTMLDivElement>(null);
  const told = useRef<FormErrorsProps>();
  const names = Object.keys(fields ?? {});
  useEffect(() => {
    if (told.current && told.current.say === say && told.current.fields === fields) return;
    told.current = { say, fields };
    box.current?.focus();
  }, [say, fields]);
  if (!say && names.length === 0) return null;
  return (
    <div className="ui-notice ui-notice-bad" role="alert" tabIndex={-1} ref={box}>
      <p>
        <b>{say ?? t('ui.form.look-again', { count: names.length })}</b>
      </p>
      {names.length > 0 && (
        <ul>
          {names.map((name) => (
            <li key={name}>{form ? <a href={`#${idOf(form.prefix, name)}`}>{fields?.[name]}</a> : fields?.[name]}</li>
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
            {cancel && (
              <ButtonLink href={cancel} look="bare">
                {t('ui.cancel')}
              </ButtonLink>
            )}
            {actions}
            <SubmitButton look={grave ? 'grave' : 'main'} pendingText={pendingText ?? t('ui.saving')}>
              {submit}
            </SubmitButton>
          </Buttons>
        </div>
      </FormArea>
    </Card>
  );
}
