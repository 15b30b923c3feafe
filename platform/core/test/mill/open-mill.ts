import pg from 'pg';
import { inject } from 'vitest';
import type { TestPortal } from '@portico/testing';
import { millTable } from './mill.ts';

/** Gives the mill its table in the database of a portal. */
export async function openMill({ environment }: TestPortal): Promise<void> {
  const runtime = environment['DATABASE_URL']!;
  const url = new URL(inject('portico').superuserUrl);
  url.pathname = new URL(runtime).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(millTable(runtime)).finally(() => client.end());
}
