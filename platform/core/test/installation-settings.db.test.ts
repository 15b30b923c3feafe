import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openCore, readConfig } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';

const installation = z.object({ apiUrl: z.url().default('https://api.example') });
const plugins = [testPlugin({ id: 'gate', installation }), testPlugin({ id: 'garden', requires: { gate: '^1.0' } }), testPlugin({ id: 'pond' })];
const portal = await startTestPortal({ plugins: [], loaded: plugins });
const alpha = await portal.business('alpha');
afterAll(() => portal.close());

it('a context has what the operator has set for its own plugin, and nothing of another', () => {
  expect(alpha.systemCtx('gate').installation()).toEqual({ apiUrl: 'https://api.example' });
  expect(alpha.systemCtx('pond').installation()).toEqual({});
});

it('a wrong variable sets its plugin aside when a process starts, and who requires it; the others work', async () => {
  const core = await openCore({ config: readConfig({ ...portal.environment, PORTICO_GATE_API_URL: 'nowhere' }), plugins: [], loaded: plugins });
  try {
    expect(core.registry.plugins.map(({ id, quarantined }) => [id, quarantined])).toEqual([
      ['gate', expect.stringMatching(/^PORTICO_GATE_API_URL is wrong: /)],
      ['garden', 'it needs gate, which is set aside'],
      ['pond', undefined],
    ]);
    expect([...(await core.enablement.of(alpha.tenant.id))]).toEqual(['pond']);
  } finally {
    await core.close();
  }
});
