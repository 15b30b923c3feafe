import { STATUS_CODES } from 'node:http';
import { FactsChanged, InvalidInput, type ErrorValues, type Foreseen, type PorticoError } from '@portico/kit';

/** The text of a key in a business's words; values whose name ends in `At` are written in its zone. */
export type TextOf = (key: string, values?: ErrorValues) => string;

/** Problem details of RFC 9457, with the stable code, the fields, and the number of the request. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  /** With `portico.facts-changed`: what the change would do as things stand now, and the token that confirms it. */
  readonly foreseen?: ForeseenInWords;
  readonly instance: string;
}

/** What a change will do, each line as a sentence. */
export interface ForeseenInWords {
  readonly token: string;
  readonly parts: readonly {
    readonly plugin: string;
    readonly title: string;
    readonly revertible: boolean;
    readonly failed: boolean;
    readonly lines: readonly { readonly text: string; readonly final: boolean }[];
  }[];
}

/** The code of what we did not foresee. */
export const UNFORESEEN = 'portico.unforeseen';
/** Its status by API and on pages: a fault of ours. 503 is kept for what is away or too slow and may be asked again. */
export const UNFORESEEN_STATUS = 500;

/** A sentence for each field of an invalid input. */
export const fieldSentences = (error: InvalidInput, text: TextOf): Record<string, string> =>
  Object.fromEntries(Object.entries(error.fields).map(([field, problem]) => [field, text(problem.key, problem.values)]));

const inWords = ({ token, parts }: Foreseen, text: TextOf): ForeseenInWords => ({
  token,
  parts: parts.map(({ pluginId, title, revertible, failed = false, lines }) => ({
    plugin: pluginId,
    title: text(title),
    revertible,
    failed,
    lines: lines.map((line) => ({ text: text(line.text, line.values), final: line.final ?? false })),
  })),
});

/** An error as problem details. `undefined`: one that nobody foresaw, of which nothing is told but the number. */
export function problemDetailsOf(error: PorticoError | undefined, text: TextOf, requestId: string): ProblemDetails {
  const status = error?.status ?? UNFORESEEN_STATUS;
  const code = error?.code ?? UNFORESEEN;
  const fields = error instanceof InvalidInput ? fieldSentences(error, text) : undefined;
  return {
    type: `urn:portico:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error ? text(error.code, error.values) : text(UNFORESEEN),
    code,
    ...(fields ? { errors: Object.entries(fields).map(([field, message]) => ({ field, message })) } : {}),
    ...(error instanceof FactsChanged ? { foreseen: inWords(error.foreseen, text) } : {}),
    instance: `urn:portico:request:${requestId}`,
  };
}
