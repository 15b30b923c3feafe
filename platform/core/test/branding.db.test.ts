import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '@portico/kit';
import { core, type Branding } from '@portico/kit/server';
import { openCore, readConfig } from '@portico/core';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';

let portal: TestPortal;
let alpha: TestBusiness;
beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
});
afterAll(() => portal.close());

const save = (changes: Partial<Branding>) => alpha.systemCtx('core').use(core).saveBranding(changes);

describe('the look of a business', () => {
  it('keeps both of two changes that are made at once, 5 rounds', async () => {
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([save({ contactLine: `Pier ${round}` }), save({ contactPhone: `+1207555000${round}` })]);
      expect(await portal.core.branding(alpha.tenant)).toMatchObject({ contactLine: `Pier ${round}`, contactPhone: `+1207555000${round}` });
    }
  });

  it('takes words for texts that there are, and for no other name that an object may have', async () => {
    await save({ words: { 'portico.problem.required': 'Bitte ausfüllen.' } });
    expect(alpha.systemCtx('core').text('portico.problem.required')).toBe('Bitte ausfüllen.');
    await save({ words: {} });
    expect(alpha.systemCtx('core').text('portico.problem.required')).not.toBe('Bitte ausfüllen.');
    for (const key of ['nothing.like.it', 'constructor', 'toString']) await expect(save({ words: { [key]: 'x' } })).rejects.toThrow(InvalidInput);
  });

  it('is spoken by every process, also by one that draws no page', async () => {
    await save({ words: { 'portico.problem.required': 'Bitte ausfüllen.' } });
    const worker = await openCore({ config: readConfig(portal.environment), plugins: [] });
    try {
      const context = worker.systemContext(alpha.tenant, 'core');
      expect(await context.inTenant(async (tx) => tx.ctx.text('portico.problem.required'))).toBe('Bitte ausfüllen.');
    } finally {
      await worker.close();
      await save({ words: {} });
    }
  });

  it('takes a picture by its first bytes, whatever its type is said to be', async () => {
    const put = (mediaType: string) =>
      alpha.systemCtx('core').inTenant((tx) => tx.files.put({ purpose: 'logo', fileName: 'a.svg', mediaType, bytes: Buffer.from('<svg onload="x()"/>') }));
    for (const mediaType of ['image/png', 'image/svg+xml', 'constructor', 'toString']) await expect(put(mediaType)).rejects.toThrow(InvalidInput);
  });
});
