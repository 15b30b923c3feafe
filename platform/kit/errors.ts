/** The HTTP statuses that an error of ours may have. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;

/** Values that fill the sentence of an error. */
export type ErrorValues = Readonly<Record<string, string | number>>;

/**
 * The family of errors that people may see. `code` is the key of the sentence in the translations and a line in
 * `docs/errors.md`. Thrown anywhere in a use case, answered in one place: problem details by API (RFC 9457), the
 * sentence on the page.
 */
export abstract class PorticoError extends Error {
  abstract readonly code: string;
  abstract readonly status: ErrorStatus;
  constructor(readonly values: ErrorValues = {}) {
    super();
    this.name = new.target.name;
  }
  override get message(): string {
    return `${this.code} ${JSON.stringify(this.values)}`;
  }
}

/** A thing that does not exist, or that this person may not see: both answer alike. */
export class NotFound extends PorticoError {
  readonly code = 'portico.not-found';
  readonly status = 404;
}

/** Signed in, allowed to know that the thing exists, not allowed to do this. */
export class Forbidden extends PorticoError {
  readonly code = 'portico.forbidden';
  readonly status = 403;
}

/** Nobody is signed in. */
export class NotSignedIn extends PorticoError {
  readonly code = 'portico.not-signed-in';
  readonly status = 401;
}

/** One field of an input is wrong: the key of a sentence, with its values. */
export interface FieldProblem {
  readonly key: string;
  readonly values?: ErrorValues;
}

/** Input that breaks a rule at one or more fields. `fields` maps a field's path (`contact.email`) to its problem. */
export class InvalidInput extends PorticoError {
  readonly code = 'portico.invalid-input';
  readonly status = 422;
  constructor(readonly fields: Readonly<Record<string, FieldProblem>>) {
    super({ fields: Object.keys(fields).join(', ') });
  }
}

/** Makes an error class of its own code: `class WindowClosed extends defineError('returns.window-closed', 409) {}`. */
export const defineError = <Code extends string, Status extends ErrorStatus>(code: Code, status: Status) =>
  class extends PorticoError {
    readonly code: Code = code;
    readonly status: Status = status;
  };
