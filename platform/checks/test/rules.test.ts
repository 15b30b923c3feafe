import { describe, expect, it } from 'vitest';
import { checkoutRoot } from '../checkout-root.ts';
import { findingsOf, plantedTexts } from '../rule.ts';
import { ownRules } from '../rules/index.ts';
import { tellingNames } from '../rules/telling-names.ts';
import { businessClock } from '../rules/business-clock.ts';
import { noDatabaseClock } from '../rules/no-database-clock.ts';
import { noPluginId } from '../rules/no-plugin-id.ts';
import { tenantKeys } from '../rules/tenant-tables.ts';
import { PROOF, proofNames, titlesOf } from '../rules/proof-names.ts';
import { Tree } from '../tree.ts';

const tree = Tree.at(checkoutRoot());
const filesIn = (rule: (typeof ownRules)[number], texts: Record<string, string>): string[] =>
  findingsOf(rule, tree.with(texts))
    .filter(({ file }) => file in texts)
    .map(({ file }) => file);

describe('Our own rules', { timeout: 60_000 }, () => {
  it.each(ownRules.map((rule) => [rule.name, rule] as const))('%s finds its violation', (_, rule) => {
    const texts = plantedTexts(tree, rule.violation);
    expect(findingsOf(rule, tree.with(texts)).map(({ file }) => file)).toContain(Object.keys(texts)[0]);
  });

  it('a comment with a reason allows one place, by the name of the rule', () => {
    const file = 'plugins/leads/lead/planted.ts';
    const line = 'export const now = Date.now();\n';
    expect(filesIn(businessClock, { [file]: `// check-allow business-clock: the demonstration\n${line}` })).toEqual([]);
    expect(filesIn(businessClock, { [file]: `// check-allow telling-names: the demonstration\n${line}` })).toEqual([file]);
  });

  it('the clock of the business is no clock of the database', () => {
    const file = 'plugins/leads/lead/planted.ts';
    expect(filesIn(noDatabaseClock, { [file]: 'export const at = (ctx: { clock: { now(): string } }) => `select ${ctx.clock.now()} as at`;\n' })).toEqual([]);
    expect(filesIn(noDatabaseClock, { [file]: 'export const at = `select current_date as day`;\n' })).toEqual([file]);
  });

  it('a word in a sentence is no plugin, a path, table or key is', () => {
    const file = 'platform/core/http/planted.ts';
    const found = (text: string) => filesIn(noPluginId, { [file]: `export const planted = ${JSON.stringify(text)};\n` }).length;
    expect(['what it returns.', 'sells leads to many', 'workspaces'].map(found)).toEqual([0, 0, 0]);
    expect(['leads', '/leads', 'leads.lead_orders', '@portico/plugin-leads/api', 'select 1 from returns.lead_returns'].map(found)).toEqual([1, 1, 1, 1, 1]);
  });

  it('an example plugin is not named by tests of the platform either', () => {
    const file = 'platform/core/test/planted.test.ts';
    expect(
      filesIn(noPluginId, { [file]: "export const a = '/leads';\n", 'plugins/example-planted/plugin.ts': "export default { id: 'example-planted' };\n" }),
    ).toEqual([]);
    expect(
      filesIn(noPluginId, {
        [file]: "export const a = '/example-planted';\n",
        'plugins/example-planted/plugin.ts': "export default { id: 'example-planted' };\n",
      }),
    ).toEqual([file]);
  });

  it('keys with the business in front pass, all others do not', () => {
    const file = 'plugins/leads/migrations/999_planted.sql';
    const found = (sql: string) => filesIn(tenantKeys, { [file]: sql }).length;
    expect(found('alter table leads.leads add foreign key (tenant_id, order_id) references leads.lead_orders;')).toBe(0);
    expect(found('alter table leads.leads add foreign key (order_id) references leads.lead_orders;')).toBe(1);
    expect(found('create unique index planted on leads.leads (phone);')).toBe(1);
    expect(found('create unique index planted on leads.leads (tenant_id, phone);')).toBe(0);
  });

  it('names that say nothing are refused as file and as folder', () => {
    expect(
      filesIn(tellingNames, {
        'plugins/leads/misc/lead.ts': '',
        'plugins/leads/lead/utils.ts': '',
        'plugins/leads/lead/LeadThing.ts': '',
        'plugins/leads/lead/return-lead.ts': '',
      }),
    ).toEqual(['plugins/leads/lead/LeadThing.ts', 'plugins/leads/lead/utils.ts', 'plugins/leads/misc/lead.ts']);
  });

  it('a title in proof.json may name its describes, and what a table of cases fills in', () => {
    const file = 'plugins/leads/test/planted.test.ts';
    const planted = tree.with({ [file]: "describe('A lead', () => {\n  it('is sold', () => {});\n  it.each([1])('waits %s days', () => {});\n});\n" });
    const isKnown = (title: string) => titlesOf(planted, file).some((pattern) => pattern.test(title));
    expect(['is sold', 'A lead > is sold', 'waits 3 days', 'A lead waits 3 days'].map(isKnown)).toEqual([true, true, true, true]);
    expect(['is', 'A lead', 'is sold twice'].map(isKnown)).toEqual([false, false, false]);
  });

  it('proof.json has one entry for each id of its series and each item of its pages, and none besides', () => {
    const later = '{ "verdict": "later", "tests": [], "note": "comes later" }';
    const said = (...entries: string[]) => findingsOf(proofNames, tree.with({ [PROOF]: `{\n${entries.join(',\n')}\n}\n` })).map(({ message }) => message);
    const series = '  "requirements": { "verdict": "partly", "tests": [], "note": "ids", "series": { "R-7": 2 } }';
    const items = '  "pages": { "verdict": "partly", "tests": [], "note": "items", "items": { "Pond": 1 } }';
    const entry = (id: string) => `  "${id}": ${later}`;
    const whole = [series, items, entry('R-7.1'), entry('R-7.2'), entry('pages: Pond: ducks')];
    expect(said(...whole)).toEqual([]);
    expect(said(...whole.toSpliced(2, 1))).toEqual(['R-7.1 has no entry.']);
    expect(said(...whole, entry('R-7.3'))).toEqual(['R-7.3 is in no series that "requirements" names.']);
    expect(said(...whole.slice(0, 4))).toEqual(['The checklist of Pond has 1 items, and 0 entries.']);
    expect(said(...whole, entry('pages: Lake: ducks'))).toEqual(['pages: Lake: ducks is of no page that "pages" names.']);
    expect(said(...whole, entry('R-7.2'))).toEqual(['"R-7.2" stands twice.']);
    expect(said(entry('line 1'))).toEqual([expect.stringContaining('"requirements"'), expect.stringContaining('"pages"')]);
  });
});
