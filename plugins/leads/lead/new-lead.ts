import { InvalidInput, type FieldProblem, type Id } from '@portico/kit';
import type { Ctx, RouteRequest } from '@portico/kit/server';
import { z } from 'zod';
import { lineOfText, linesOfText } from '../line-of-text.ts';
import { contactKeys, countryOf, isEmail, normalPhone } from './contact-keys.ts';
import { wordsOfLead } from './lead-words.ts';
import { sortKey } from './sort-keys.ts';

const MOST_FIELDS = 40;
const hasContact = (lead: unknown): boolean => {
  const { email, phone } = (lead ?? {}) as { email?: unknown; phone?: unknown };
  return Boolean(email) || Boolean(phone);
};

/** A lead as a source posts it. An e-mail address or a phone number must be there; everything else may be missing. */
export const PostLead = z
  .object({
    type: lineOfText(60, 'leads.problem.type-missing').meta({ description: 'Key of a lead type' }),
    name: lineOfText(200, 'leads.problem.name-missing'),
    email: lineOfText(254)
      .refine((text) => text === '' || isEmail(text), 'leads.problem.email')
      .optional(),
    phone: lineOfText(40)
      .refine((text) => text === '' || /\d.*\d.*\d/.test(text), 'leads.problem.phone')
      .optional(),
    street: lineOfText(200).optional(),
    town: lineOfText(120).optional(),
    postalCode: lineOfText(20).optional(),
    note: linesOfText(4_000).optional(),
    fields: z
      .record(lineOfText(60, 'leads.problem.field-name'), linesOfText(500))
      .refine((fields) => Object.keys(fields).length <= MOST_FIELDS, 'leads.problem.too-many-fields')
      .optional()
      .meta({ description: 'Whatever else is known: up to 40 short texts by name' }),
  })
  // also when other fields are wrong, so that one answer names them all
  .refine(hasContact, { path: ['phone'], message: 'leads.problem.no-contact', when: () => true });
export type PostLead = z.output<typeof PostLead>;

/** A posted lead, normalised: what the shared statement of a batch works with. */
export interface NewLead {
  readonly id: Id;
  readonly type: string;
  readonly sourceId: Id | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly street: string;
  readonly town: string;
  readonly postalCode: string;
  readonly note: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly nameKey: string;
  readonly townKey: string;
  readonly keys: readonly string[];
  readonly words: readonly string[];
}

/** Normalises one post: E.164 by the business's country, keys for comparing, words for searching. Throws InvalidInput. */
export function prepareLead(ctx: Ctx, { body }: Pick<RouteRequest<PostLead, unknown>, 'body'>): NewLead {
  ctx.demand('ingest', 'Lead');
  const phone = body.phone ? normalPhone(body.phone, countryOf(ctx.tenant.locale)) : undefined;
  const problems: Record<string, FieldProblem> = {};
  if (body.phone && !phone) problems.phone = { key: 'leads.problem.phone' };
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
  const email = body.email || undefined;
  const { town = '', name } = body;
  return {
    id: ctx.newId(),
    type: body.type,
    sourceId: ctx.actor.sourceId ?? null,
    name,
    email: email ?? null,
    phone: phone?.number ?? null,
    street: body.street ?? '',
    town,
    postalCode: (body.postalCode ?? '').toUpperCase(),
    note: body.note ?? '',
    fields: body.fields ?? {},
    nameKey: sortKey(name),
    townKey: sortKey(town),
    keys: contactKeys({ phone, email }),
    words: wordsOfLead({ name, town, email, phoneDigits: phone?.digits ?? [] }),
  };
}
