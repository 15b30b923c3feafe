import { AbilityBuilder, createMongoAbility, subject as asSubject, type MongoAbility, type MongoQuery } from '@casl/ability';
import { rulesToAST } from '@casl/ability/extra';
import type { Scope, Subject } from '@portico/kit';
import { emptySql, joinSql, rawSql, sql, type Actor, type Role, type Sql } from '@portico/kit/server';

/** What a question about rights needs to know of subjects. */
export interface RightsOf {
  subject(name: string): Subject | undefined;
  readonly sourceRights: ReadonlySet<string>;
}

const EVERYTHING = Symbol('every row of the business');
type Reach = typeof EVERYTHING | MongoQuery | undefined;

/**
 * The ability of an actor for one action on one subject: one list of rules that answers both for a single row and, as
 * SQL, for a list. Grants only: what nobody granted nobody may (architecture, section 5).
 */
export function abilityFor(rights: RightsOf, actor: Actor, action: string, subjectName: string): MongoAbility {
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility);
  for (const reach of reachesOf(rights, actor, action, subjectName)) {
    if (reach === EVERYTHING) can(action, subjectName);
    else if (reach) can(action, subjectName, reach);
  }
  return build();
}

function reachesOf(rights: RightsOf, actor: Actor, action: string, subjectName: string): Reach[] {
  const subject = rights.subject(subjectName);
  const scope = subject?.actions[action];
  if (!subject || !scope) return [];
  if (actor.kind === 'system') return [EVERYTHING];
  if (actor.sourceId) return rights.sourceRights.has(`${action}:${subjectName}`) ? [EVERYTHING] : [];
  return actor.roles.map((role) => reachOf(role, scope, subject.columns));
}

function reachOf(role: Role, scope: Scope, columns: Subject['columns']): Reach {
  if (role.role === 'owner') return EVERYTHING;
  if (role.role === 'staff') return scope === 'owner' ? undefined : EVERYTHING;
  if (scope === 'tenant' || scope === 'owner') return undefined;
  // "all" must not mean "rows without an account": a condition is only made of values that are there (security study 4.5)
  const account = columns.account && role.accountId ? { [columns.account]: role.accountId } : undefined;
  if (role.role === 'account-admin') return account;
  if (scope === 'account' || !account) return undefined;
  if (scope === 'bill-group')
    return columns.billGroup && role.billGroupIds?.length ? { ...account, [columns.billGroup]: { $in: [...role.billGroupIds] } } : undefined;
  const members = [role.memberId, ...(scope === 'downline' ? (role.downlineMemberIds ?? []) : [])].filter((id) => id !== undefined);
  return columns.member && members.length > 0 ? { ...account, [columns.member]: { $in: members } } : undefined;
}

/** Whether the actor may do it with anything at all; with a row, with this very row. */
export function mayDo(rights: RightsOf, actor: Actor, action: string, subjectName: string, row?: object): boolean {
  const ability = abilityFor(rights, actor, action, subjectName);
  if (!row) return ability.rules.length > 0;
  const columns = Object.values(rights.subject(subjectName)?.columns ?? {});
  const own = Object.fromEntries(columns.map((column) => [column, valueOf(row as Record<string, unknown>, column)]));
  return ability.can(action, asSubject(subjectName, own));
}

// Rows come as models (account_id) and as what an API hands out (accountId). What is missing is null, and null is nobody's.
function valueOf(row: Record<string, unknown>, column: string): unknown {
  return row[column] ?? row[column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] ?? null;
}

/** The same rules as a condition over the columns of a table's alias. */
export function visibleRows(rights: RightsOf, actor: Actor, action: string, subjectName: string, alias: string): Sql {
  if (!/^[a-z_][a-z0-9_]*$/.test(alias)) throw new TypeError(`not an alias: ${alias}`);
  const ability = abilityFor(rights, actor, action, subjectName);
  if (ability.rules.length === 0) return sql`false`;
  const ast = rulesToAST(ability, action, subjectName) as Condition | null;
  if (ast === null) return sql`false`;
  return isEverything(ast) ? sql`true` : sql`(${toSql(ast, alias)})`;
}

interface Condition {
  readonly operator: string;
  readonly field?: string;
  readonly value: unknown;
}

const isEverything = (ast: Condition): boolean => ast.operator === 'and' && Array.isArray(ast.value) && ast.value.length === 0;

// Knows what reachOf builds and nothing else: an operator that it has not heard of is an error, never a guess.
function toSql(ast: Condition, alias: string): Sql {
  if (ast.operator === 'and' || ast.operator === 'or') {
    const parts = (ast.value as Condition[]).map((part) => (isEverything(part) ? sql`true` : sql`(${toSql(part, alias)})`));
    return parts.length === 0 ? emptySql : joinSql(parts, ast.operator === 'and' ? ' and ' : ' or ');
  }
  const column = rawSql(`${alias}.${columnName(ast.field)}`);
  if (ast.operator === 'eq' && typeof ast.value === 'string') return sql`${column} = ${ast.value}`;
  if (ast.operator === 'in' && Array.isArray(ast.value) && ast.value.length > 0) return sql`${column} = any(${ast.value}::uuid[])`;
  throw new TypeError(`a rule uses an operator that has no SQL: ${ast.operator}`);
}

function columnName(field: string | undefined): string {
  if (!field || !/^[a-z_][a-z0-9_]*$/.test(field)) throw new TypeError(`not a column: ${field}`);
  return field;
}
