import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** A session that could get round the wall between businesses. */
export interface StrongSession {
  readonly role: string;
  readonly application: string;
  readonly why: string;
}

/** Watches an installation's database while stories run. */
export interface SessionWatch {
  /** Stops watching. Throws when it never looked, or when any client session was strong. */
  stop(): Promise<void>;
}

const EVERY_MS = 500;

// The runtime role is not shown what kind of backend another role's is; one that is in a database is a client's.
// Every client session but this one, whose role is superuser, may bypass row-level security, owns something, or is a member of such a role.
const STRONG = `
  with recursive held as (
    select oid as session_role, oid as role from pg_roles
    union select held.session_role, m.roleid from held join pg_auth_members m on m.member = held.role
  )
  select distinct a.usename as role, a.application_name as application,
    case when r.rolsuper then 'superuser' when r.rolbypassrls then 'may bypass row-level security' else 'owns objects' end as why
  from pg_stat_activity a join held on held.session_role = a.usesysid join pg_roles r on r.oid = held.role
  where coalesce(a.backend_type, 'client backend') = 'client backend' and a.datname is not null and a.pid <> pg_backend_pid()
    and (r.rolsuper or r.rolbypassrls or exists (
      select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relowner = r.oid and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'))`;

/** Looks twice a second, as the runtime role, at who is connected (issue: line 14). */
export async function watchSessions(data: string): Promise<SessionWatch> {
  const run = JSON.parse(readFileSync(path.join(data, 'run.json'), 'utf8')) as { database: { runtime: string } };
  const client = new pg.Client({ connectionString: run.database.runtime, application_name: 'session-watch' });
  await client.connect();
  const strong = new Map<string, StrongSession>();
  let looks = 0;
  let stopping = false;
  const watching = (async () => {
    while (!stopping) {
      for (const row of (await client.query<StrongSession>(STRONG)).rows) strong.set(`${row.role} ${row.application} ${row.why}`, row);
      looks += 1;
      await pause(EVERY_MS);
    }
  })();
  return {
    async stop() {
      stopping = true;
      await watching;
      await client.end();
      if (looks === 0) throw new Error('nobody looked at the sessions of the database');
      if (strong.size > 0)
        throw new Error(`while the stories ran, the database had sessions that could get round the wall: ${JSON.stringify([...strong.values()])}`);
    },
  };
}
