import { z } from 'zod';
import { InvalidInput, invalidInputOf, PorticoError } from '@portico/kit';
import { isDatabaseAway } from '../database/lent-connection.ts';
import { Unavailable } from './unavailable.ts';

/**
 * What was thrown, as an error that people may see; undefined for one that nobody foresaw. Input that a schema or the
 * database refuses is invalid input, a database that is away is *unavailable*, never a failure of ours.
 */
export function knownError(thrown: unknown): PorticoError | undefined {
  if (thrown instanceof PorticoError) return thrown;
  if (thrown instanceof z.core.$ZodError) return invalidInputOf(thrown);
  if (isDatabaseAway(thrown)) return new Unavailable({ seconds: 2 });
  const code = (thrown as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return undefined;
  if (/^22(001|003|007|008|009|021|P02|P05)$/.test(code)) return new InvalidInput({ '': { key: 'portico.problem.invalid' } });
  // something is away, or the statement waited too long for others: the same request may well succeed in a moment
  if (/^(ECONNREFUSED|ECONNRESET|57014|40P01|40001|55P03)$/.test(code)) return new Unavailable({ seconds: 2 });
  return undefined;
}
