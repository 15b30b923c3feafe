import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import knexFactory, { type Knex } from 'knex';
import type pg from 'pg';
import { installationRoot } from '../plugins/installation-root.ts';
import { installedPlugins, schemaOf } from '../plugins/installed.ts';

/** What the migrator works with. */
export interface MigrateOptions {
  /** A role that owns the schemas; never given to web or worker. */
  readonly ownerUrl: string;
  /** The name of the role of DATABASE_URL: rights are granted to it. */
  readonly runtimeRole: string;
  /** The folder of the root package.json; default: the installation that this code belongs to. */
  readonly root?: string;
  readonly log?: (line: string) => void;
}

/** A plugin whose migrations failed is set aside; the rest of the product goes on. */
export interface Migrated {
  readonly applied: readonly string[];
  readonly failed: readonly { readonly plugin: string; readonly because: string }[];
}

/**
 * Brings the core's and every installed plugin's schema up to date: each has its own schema and its own table of
 * migrations, so removing a plugin disturbs nobody. Repeating it changes nothing. Throws when the core's own fail.
 */
export async function migrateAll(options: MigrateOptions): Promise<Migrated> {
  const root = options.root ?? installationRoot();
  const knex = knexFactory({
    client: 'pg',
    connection: { connectionString: options.ownerUrl, application_name: 'portico-migrate' },
    pool: {
      min: 0,
      max: 1,
      afterCreate: (connection: never, done: (error: Error | null, connection: never) => void) => tellRole(connection, options.runtimeRole, done),
    },
  });
  try {
    const applied = await migrateSchema(knex, 'portico', path.join(root, 'migrations'), options);
    const failed: { plugin: string; because: string }[] = [];
    for (const plugin of await installedPlugins(root)) {
      const folder = path.join(plugin.dir, 'migrations');
      if (plugin.problem || !plugin.manifest || !existsSync(folder)) continue;
      try {
        applied.push(...(await migrateSchema(knex, schemaOf(plugin.manifest.id), folder, options)));
      } catch (error) {
        failed.push({ plugin: plugin.manifest.id, because: error instanceof Error ? error.message : String(error) });
        options.log?.(`plugin ${plugin.manifest.id} is set aside: its migrations failed: ${failed.at(-1)!.because}`);
      }
    }
    await keepFailed(knex, failed);
    return { applied, failed };
  } finally {
    await knex.destroy();
  }
}

const FAILED_KEY = 'failed-migrations';

// Web and worker read it when they start: a plugin whose tables are not what its code expects must not run.
async function keepFailed(knex: Knex, failed: Migrated['failed']): Promise<void> {
  const value = JSON.stringify(Object.fromEntries(failed.map(({ plugin, because }) => [plugin, because])));
  await knex.raw('insert into portico.installation (key, value) values (?, ?::jsonb) on conflict (key) do update set value = excluded.value', [
    FAILED_KEY,
    value,
  ]);
}

/** Why the migrations of a plugin failed when the database was last migrated, by the plugin's id. */
export async function failedMigrations(pool: pg.Pool): Promise<Readonly<Record<string, string>>> {
  const { rows } = await pool.query<{ value: Record<string, string> }>('select value from portico.installation where key = $1', [FAILED_KEY]);
  return rows[0]?.value ?? {};
}

function tellRole(connection: never, role: string, done: (error: Error | null, connection: never) => void): void {
  if (!/^[a-z_][a-z0-9_]*$/.test(role)) return done(new Error(`not a role name: ${role}`), connection);
  (connection as { query(sql: string, done: (error: Error | null) => void): void }).query(`set portico.runtime_role = '${role}'`, (error) =>
    done(error, connection),
  );
}

async function migrateSchema(knex: Knex, schema: string, folder: string, { runtimeRole, log }: MigrateOptions): Promise<string[]> {
  await knex.raw('create schema if not exists ??', [schema]);
  await knex.raw('grant usage on schema ?? to ??', [schema, runtimeRole]);
  const [, names] = (await knex.migrate.latest({
    schemaName: schema,
    tableName: 'migrations',
    migrationSource: new SqlFiles(folder),
  })) as [number, string[]];
  for (const name of names) log?.(`migrated ${schema}: ${name}`);
  return names.map((name) => `${schema}/${name}`);
}

/** Migrations are SQL files, in the order of their names, each in its own transaction. */
class SqlFiles implements Knex.MigrationSource<string> {
  constructor(private readonly folder: string) {}
  async getMigrations(): Promise<string[]> {
    return readdirSync(this.folder)
      .filter((file) => file.endsWith('.sql'))
      .sort();
  }
  getMigrationName(file: string): string {
    return file;
  }
  async getMigration(file: string): Promise<Knex.Migration> {
    const text = readFileSync(path.join(this.folder, file), 'utf8');
    return {
      up: async (knex) => {
        await runScript(knex, text);
      },
      down: async () => {
        throw new Error(`${file} cannot be undone: write a migration that goes forward`);
      },
    };
  }
}

// The driver's own simple protocol: a file holds many statements, and its question marks are not bindings.
async function runScript(knex: Knex, text: string): Promise<void> {
  const client = knex.client as {
    acquireConnection(): Promise<{ query(sql: string): Promise<unknown> }>;
    releaseConnection(connection: unknown): Promise<void>;
  };
  const connection = await client.acquireConnection();
  try {
    await connection.query(text);
  } finally {
    await client.releaseConnection(connection);
  }
}
