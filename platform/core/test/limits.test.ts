import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LIMITS } from '@portico/kit';
import { installationRoot } from '../plugins/installation-root.ts';

it('the table for authors of plugins (docs/plugins/limits.md) has every limit, as the host keeps it', () => {
  const page = readFileSync(path.join(installationRoot(), 'docs/plugins/limits.md'), 'utf8');
  const told = [...page.matchAll(/^\| [^|]+ \| `(\w+)` \| ([^|]+) \|/gm)].map(([, name, limit]) => [
    name,
    name!.endsWith('Ms') ? limit : Number.parseInt(limit!),
  ]);
  const kept = Object.entries(LIMITS).map(([name, limit]) => [name, name.endsWith('Ms') ? `${limit / 1_000} s` : limit]);
  expect(told).toEqual(kept);
});
