import { z } from 'zod';
import type { Id } from './ids.ts';

/** What a one-time link is for: one row, for one purpose, until its row counts on. */
export interface LinkTarget {
  /** What it may be used for, named after the plugin: `billing.pay`. A link of one purpose opens nothing of another. */
  readonly purpose: string;
  /** The row that it opens. */
  readonly id: Id;
  /** The row's counter: a link of an older generation is dead. A reminder keeps the number, a resend or the use raises it. */
  readonly generation: number;
}

/**
 * One-time links (architecture 8): `ctx.links`. A token is made of what the row says whenever it is needed, and is stored
 * nowhere; it holds for this business only. Whether a link is used up, too old or taken back, the row knows.
 */
export interface Links {
  /** The token of a link: 84 characters that fit into an address. The same target gives the same token. */
  token(target: LinkTarget): string;
  /** The row that a token of this purpose names, by its shape alone: to find the row. It proves nothing. */
  idIn(purpose: string, token: string): Id | undefined;
  /** Whether a token is the one of this target; takes as long for a wrong one. */
  matches(target: LinkTarget, token: string): boolean;
}

/**
 * A one-time link as a value in the data of a mail: `{ payUrl: { link: { purpose, id, generation, path: '/pay/' } } }`.
 * The whole address, `https://…/pay/<token>`, is made when the mail is rendered; the mail in the queue holds no token.
 */
export const MailLink = z.object({
  link: z.strictObject({
    purpose: z.string().min(1).max(60),
    id: z.uuid(),
    generation: z.int().min(0),
    /** What stands before the token in the address, from slash to slash. */
    path: z.string().regex(/^\/(?:[a-z0-9-]+\/)+$/),
  }),
});
/** A one-time link as a value in the data of a mail. */
export type MailLink = z.output<typeof MailLink>;
