/** `@portico/kit/page`: the types that a page's view and its server half share. */
import type { Ctx, Submitted } from './server.ts';

/** The address of a page, taken apart. */
export interface PageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** What the view shows again after a form was refused: a sentence for each field, and what was typed. */
export interface Refusal {
  readonly fields: Readonly<Record<string, string>>;
  readonly say?: string;
  /** What was typed, by field; passwords and files are left out. */
  readonly typed: Readonly<Record<string, string>>;
}

/** The props of a page's view: `PageProps<typeof load>`. */
export interface PageProps<Load extends (ctx: Ctx, request: PageRequest) => Promise<unknown>> {
  readonly data: Awaited<ReturnType<Load>>;
  readonly refusal?: Refusal;
}

/** The props of a slot's view: the slot's own props, and the part's data. */
export type SlotProps<Props extends object, Load extends (ctx: Ctx, props: Props) => Promise<unknown>> = Props & {
  readonly data: NonNullable<Awaited<ReturnType<Load>>>;
  readonly refusal?: Refusal;
};

/** The handler of a page's forms. */
export type Submit = (ctx: Ctx, form: FormData, request: PageRequest) => Promise<Submitted>;
