import type { Rule } from '../rule.ts';
import { lineAt, type Tree } from '../tree.ts';

const MIGRATIONS = /^(migrations|plugins\/[^/]+\/migrations)\/.*\.sql$/;
/** Has forced row-level security of its own kind: the relay sees its ids of all businesses (docs/decisions). */
const THE_DOOR = 'portico.due_work';

const globalTables = (tree: Tree): Set<string> => new Set(Object.keys(tree.json<object>('platform/core/database/global-tables.json')));

interface Statement {
  readonly text: string;
  readonly line: number;
}

/** The statements of a file, comments blanked out; good enough for files without semicolons in their texts. */
function statementsOf(sql: string): Statement[] {
  const plain = sql.replace(/--.*$/gm, (comment) => ' '.repeat(comment.length)).replace(/\$\$[\s\S]*?\$\$/g, (body) => body.replace(/[^\n]/g, ' '));
  const statements: Statement[] = [];
  let start = 0;
  for (const match of plain.matchAll(/;/g)) {
    const text = plain.slice(start, match.index);
    statements.push({ text: text.trim(), line: lineAt(plain, start + (text.length - text.trimStart().length)) });
    start = match.index + 1;
  }
  return statements;
}

/** Every table belongs to a business unless it is listed with a reason. The gates over a real database check the same. */
export const tenantTables: Rule = {
  name: 'tenant-tables',
  about: 'Every table of a migration is made strict by portico.make_tenant_table in the same file, or is listed in global-tables.json.',
  *find(tree) {
    const listed = globalTables(tree);
    for (const file of tree.matching(MIGRATIONS)) {
      const statements = statementsOf(tree.text(file));
      for (const [at, { text, line }] of statements.entries()) {
        const table = /^create (?:unlogged )?table (?:if not exists )?([\w.]+)/i.exec(text)?.[1];
        if (!table || listed.has(table) || table === THE_DOOR) continue;
        const isStrict = statements.slice(at + 1).some((later) => later.text.includes(`portico.make_tenant_table('${table}'`));
        if (!isStrict) yield { file, line, message: `${table} is not followed by select portico.make_tenant_table('${table}').` };
        if (!/\btenant_id uuid not null default \(current_setting\('portico\.tenant_id'\)::uuid\)/.test(text))
          yield { file, line, message: `${table} has no tenant_id that defaults to the setting.` };
      }
    }
  },
  violation: {
    'plugins/leads/migrations/999_planted.sql':
      "create table leads.planted (\n  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),\n  id uuid not null,\n  primary key (tenant_id, id)\n);\n",
  },
};

const columnsOf = (list: string): string => list.split(',', 1)[0]!.trim();

function* keyProblems({ text }: Statement, listed: ReadonlySet<string>): Generator<string> {
  const table = /^(?:create (?:unlogged )?table (?:if not exists )?|alter table (?:only )?)([\w.]+)/i.exec(text)?.[1];
  if (table && !listed.has(table)) {
    for (const [, kind, columns] of text.matchAll(/\b(primary key|foreign key|unique)\s*\(([^)]*)\)/gi))
      if (columnsOf(columns!) !== 'tenant_id') yield `${kind} (${columns}) of ${table}`;
    for (const [, column] of text.matchAll(/^\s*(\w+) [^,(]*(?:\([^)]*\)[^,(]*)*\breferences\b/gim))
      if (!['foreign', 'alter'].includes(column!.toLowerCase())) yield `${column} references … of ${table}`;
    for (const [, column] of text.matchAll(/^\s*(\w+) \w+[^,(]*\b(?:primary key|unique)\b(?!\s*\()/gim)) yield `${column} of ${table}`;
  }
  const index = /^create unique index (?:concurrently )?(?:if not exists )?(\w+) on ([\w.]+) (?:using \w+ )?\(([^)]*)/i.exec(text);
  if (index && !listed.has(index[2]!) && columnsOf(index[3]!) !== 'tenant_id') yield `unique index ${index[1]} (${index[3]})`;
}

/** A key without the business in front lets one business collide with another, or point into it. */
export const tenantKeys: Rule = {
  name: 'tenant-keys',
  about: 'Every primary key, foreign key and unique index begins with tenant_id.',
  *find(tree) {
    const listed = globalTables(tree);
    for (const file of tree.matching(MIGRATIONS)) {
      for (const statement of statementsOf(tree.text(file))) {
        for (const problem of keyProblems(statement, listed)) yield { file, line: statement.line, message: `${problem} does not begin with tenant_id.` };
      }
    }
  },
  violation: {
    'plugins/leads/migrations/999_planted.sql':
      "create table leads.planted (\n  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),\n  id uuid not null,\n  lead_id uuid not null references leads.leads,\n  primary key (tenant_id, id)\n);\nselect portico.make_tenant_table('leads.planted');\n",
  },
};
