import { createContext } from 'react';

/** What a form tells its fields and its button. */
export interface FormState {
  /** Beginning of the fields' ids. */
  readonly prefix: string;
  readonly errors: Readonly<Record<string, string>>;
  /** What was typed, when the form came back refused. */
  readonly typed: Readonly<Record<string, string>> | undefined;
  /** This very form is on its way. */
  readonly isSending: boolean;
}

export const FormContext = createContext<FormState | undefined>(undefined);
