import { createHash } from 'node:crypto';
import type { Id } from './ids.ts';

/**
 * An id that is made from a text: the same text, the same id, whoever asks and however often (UUIDv8, RFC 9562). For what is
 * to be done once although nobody has written down yet that it is being done. The text names the business, or an id of its own.
 */
export function derivedId(text: string): Id {
  const hash = createHash('sha256').update(text).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
