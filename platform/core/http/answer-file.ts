import type { Response } from 'express';
import type { FileAnswer } from '@portico/kit/server';

/** What no file of ours may do in a browser: anything. */
export const LETS_NOTHING_ACT = "default-src 'none'; sandbox";

/** Answers an operation with a file, to be saved under its name and shown nowhere. */
export function sendAnswerFile(response: Response, { name, type, bytes }: FileAnswer): void {
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) throw new Error(`"${type}" is no media type`);
  response.setHeader('Content-Security-Policy', LETS_NOTHING_ACT);
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Disposition', `attachment; ${fileNameOf(name)}`);
  response.setHeader('Cache-Control', 'private, no-store');
  response.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

// RFC 6266: the name as it is for browsers of today (RFC 8187), and in plain letters for all others. Slashes, what no file
// system takes, direction marks that turn an ending round, and dots in front are left out.
function fileNameOf(name: string): string {
  const safe =
    [
      ...name
        .normalize('NFC')
        .replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, ' ')
        .replace(/\s+/g, ' ')
        .replace(/^[\s.]+|[\s.]+$/g, ''),
    ]
      .slice(0, 150)
      .join('') || 'file';
  const plain = safe
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]|%/g, '_');
  const encoded = encodeURIComponent(safe).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
