import type { Rule } from '../rule.ts';
import { isTest, lineAt, stringsOf } from '../tree.ts';

const CLOCK = /(?<![.\w])(now\(\)|current_date\b|current_timestamp\b|localtimestamp\b|(?:clock|statement|transaction)_timestamp\(\))/i;
const LOOKS_LIKE_SQL = /\b(select|insert|update|delete|where|from|values|set|default|returning|interval)\b/i;

/** Postgres does not know the clock of a business. */
export const noDatabaseClock: Rule = {
  name: 'no-database-clock',
  about: 'No now(), current_date or current_timestamp in SQL: pass ctx.clock as a value.',
  *find(tree) {
    for (const file of tree.matching(/^(migrations|plugins\/[^/]+\/migrations)\/.*\.sql$/)) {
      for (const [at, line] of tree.text(file).split('\n').entries()) {
        const found = CLOCK.exec(line.replace(/--.*$/, ''));
        if (found) yield { file, line: at + 1, message: `${found[1]} is the database's clock. Let the use case pass ctx.clock.` };
      }
    }
    for (const file of tree.matching(/^(plugins|workflows|platform\/(kit|core))\/.*\.tsx?$/)) {
      if (isTest(file)) continue;
      for (const { text, line } of stringsOf(tree.source(file))) {
        const found = CLOCK.exec(text);
        if (found && (LOOKS_LIKE_SQL.test(text) || found[0] === text.trim()))
          yield { file, line: line + lineAt(text, found.index) - 1, message: `${found[1]} is the database's clock. Pass ctx.clock as a value.` };
      }
    }
  },
  violation: { 'plugins/leads/lead/planted.queries.ts': 'export const overdue = `select id from leads.leads where received_at < now()`;\n' },
};
