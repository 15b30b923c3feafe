import { z } from 'zod';
import { InvalidInput } from '@portico/kit';

const Place = z.object({ id: z.uuid() });

/** Where a list goes on, as an opaque text. */
export const writeCursor = (place: z.output<typeof Place>): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads it back. Throws InvalidInput at `cursor` for anything that we did not write. */
export function readCursor(cursor: string | undefined): z.output<typeof Place> | undefined {
  if (!cursor) return undefined;
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    // whatever is wrong with it, there is one answer: it is not a marker of ours
    throw new InvalidInput({ cursor: { key: 'portico.problem.cursor' } });
  }
}
