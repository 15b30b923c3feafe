import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, expect, inject, it } from 'vitest';
import { startTestPortal } from '@portico/testing';
import { watchSessions } from '../session-watch.ts';

const portal = await startTestPortal({ plugins: [] });
const data = mkdtempSync(path.join(tmpdir(), 'portico-watch-'));
writeFileSync(path.join(data, 'run.json'), JSON.stringify({ database: { runtime: portal.environment.DATABASE_URL } }));
afterAll(async () => {
  await portal.close();
  rmSync(data, { recursive: true });
});

it('the watch over sessions notices a superuser who is connected while stories run', async () => {
  const watch = await watchSessions(data);
  const strong = new pg.Client({ connectionString: inject('portico').superuserUrl, application_name: 'planted' });
  await strong.connect();
  await new Promise((wait) => setTimeout(wait, 900));
  await strong.end();
  await expect(watch.stop()).rejects.toThrow(/planted.*superuser/);
});
