import type { Response } from 'express';
import { isId, NotFound } from '@portico/kit';
import { LETS_NOTHING_ACT } from './answer-file.ts';
import { refuse } from './api.ts';
import type { Visit } from './visit.ts';

/**
 * Serves a file of the business. Its logo is for everybody; any other file for who is signed in. Pictures are shown,
 * never run: a policy of its own lets nothing in them act.
 */
export async function sendFile(visit: Visit, id: string, response: Response): Promise<void> {
  try {
    if (!isId(id)) throw new NotFound();
    const { logoFileId } = await visit.core.branding(visit.tenant);
    if (id !== logoFileId && !(await visit.visitor())) throw new NotFound();
    const file = await visit.core.file(visit.tenant, id);
    if (!file) throw new NotFound();
    response.setHeader('Content-Security-Policy', LETS_NOTHING_ACT);
    response.setHeader('Content-Type', file.mediaType);
    response.setHeader('Content-Disposition', /^image\/(png|jpeg|webp)$/.test(file.mediaType) ? 'inline' : 'attachment');
    response.setHeader('Cache-Control', id === logoFileId ? 'public, max-age=86400, immutable' : 'private, no-store');
    response.end(Buffer.from(file.bytes));
  } catch (error) {
    refuse(visit, response, error);
  }
}
