import { InvalidInput, type Id } from '@portico/kit';
import { sql, type Files } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';

const MOST_BYTES = 1024 * 1024;

/** The first bytes of the images that may be kept. What a file says of itself is not believed. */
const SIGNATURES: ReadonlyMap<string, (bytes: Uint8Array) => boolean> = new Map([
  ['image/png', (b) => startsWith(b, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', (b) => startsWith(b, [0xff, 0xd8, 0xff])],
  ['image/webp', (b) => startsWith(b, [0x52, 0x49, 0x46, 0x46]) && startsWith(b.subarray(8), [0x57, 0x45, 0x42, 0x50])],
]);
const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean => signature.every((byte, at) => bytes[at] === byte);

/** Small files inside a transaction (`tx.files`). */
export const filesIn = (tx: HostTx): Files => ({
  async put({ purpose, fileName, mediaType, bytes }) {
    if (bytes.length > MOST_BYTES) throw new InvalidInput({ file: { key: 'portico.problem.file-large' } });
    if (!SIGNATURES.get(mediaType)?.(bytes)) throw new InvalidInput({ file: { key: 'portico.problem.file-type' } });
    const id: Id = tx.ctx.newId();
    await tx.run(sql`insert into portico.files (id, purpose, file_name, media_type, bytes, created_at)
      values (${id}, ${purpose}, ${fileName.slice(0, 200)}, ${mediaType}, ${Buffer.from(bytes)}, ${tx.ctx.clock.now()})`);
    return id;
  },
  async read(fileId) {
    const row = await tx.row<{ media_type: string; bytes: Buffer }>(
      sql`select media_type, bytes from portico.files where tenant_id = ${tx.ctx.tenant.id} and id = ${fileId}`,
    );
    return row && { mediaType: row.media_type, bytes: row.bytes };
  },
});
