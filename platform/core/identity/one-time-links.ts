import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { isId, type Id } from '@portico/kit';
import type { Links, LinkTarget } from '@portico/kit/server';

// four characters that tell the purpose, the proof (HMAC-SHA-256), a dot, the row
const TOKEN = /^([\w-]{4})([\w-]{43})\.([0-9a-f-]{36})$/;

/** The one-time links of a business. A proof is made with a key that serves nothing else, over all that it says. */
export function openLinks(secret: Buffer): (tenantId: Id) => Links {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'portico one-time links', 32));
  return (tenantId) => {
    const token = ({ purpose, id, generation }: LinkTarget): string => {
      if (!isId(id) || !Number.isSafeInteger(generation) || purpose === '' || purpose.includes('\0'))
        throw new Error('a link needs a purpose, a row and its generation');
      const proof = createHmac('sha256', key).update([tenantId, purpose, id, generation].join('\0')).digest('base64url');
      return `${signOf(purpose)}${proof}.${id}`;
    };
    return {
      token,
      idIn(purpose, given) {
        const [, sign, , id] = TOKEN.exec(given) ?? [];
        return sign === signOf(purpose) && id !== undefined && isId(id) ? id : undefined;
      },
      matches: (target, given) => isSame(token(target), given),
    };
  };
}

// For finding rows alone: what it proves, the proof proves.
const signOf = (purpose: string): string => createHash('sha256').update(purpose).digest('base64url').slice(0, 4);

// As texts: of two spellings of the same bytes only ours is one.
function isSame(own: string, given: string): boolean {
  const [expected, actual] = [Buffer.from(own), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
