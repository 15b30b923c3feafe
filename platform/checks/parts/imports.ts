import { createRequire } from 'node:module';
import path from 'node:path';
import type { Part, Violation } from '../part.ts';
import { brokenTool, runNode, toolAt } from '../run-program.ts';

const CONFIG = '.dependency-cruiser.cjs';

interface Cruised {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string }; readonly comment?: string }[];
  };
}

interface Config {
  readonly forbidden: readonly { readonly name: string; readonly comment: string }[];
}

const configOf = (root: string): Config => createRequire(import.meta.url)(path.join(root, CONFIG)) as Config;

const breaks = (rule: string, file: string, code: string): Violation => ({ rule, plant: { [file]: code } });

/** Who may import whom. */
export const imports: Part = {
  name: 'imports',
  about: 'kit ← workflows ← plugins ← apps, kit ← core ← apps, a plugin by its api.ts only, no cycles (dependency-cruiser)',
  rules: (root) => configOf(root).forbidden.map(({ name }) => name),
  async find(root) {
    const ended = await runNode(root, [
      toolAt(root, 'dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      CONFIG,
      '--output-type',
      'json',
      'platform',
      'plugins',
      'workflows',
      'apps',
      'bench',
      'vitest.config.ts',
    ]);
    if (!ended.out.startsWith('{')) return brokenTool('dependency-cruiser', ended);
    const comments = new Map(configOf(root).forbidden.map(({ name, comment }) => [name, comment]));
    return (JSON.parse(ended.out) as Cruised).summary.violations.map(({ from, to, rule }) => ({
      rule: rule.name,
      file: from,
      message: `imports ${to}. ${comments.get(rule.name) ?? ''}`,
    }));
  },
  violations: [
    {
      rule: 'no-cycles',
      plant: {
        'platform/core/audit/planted-one.ts': "import { two } from './planted-two.ts';\nexport const one = (): number => two();\n",
        'platform/core/audit/planted-two.ts': "import { one } from './planted-one.ts';\nexport const two = (): number => one();\n",
      },
    },
    breaks('imports-lead-somewhere', 'platform/core/audit/planted-nowhere.ts', "export { nothing } from './nowhere.ts';\n"),
    breaks('kit-stands-alone', 'platform/kit/planted.ts', "export { realClock } from '@portico/core';\n"),
    breaks('workflows-know-the-kit-only', 'workflows/return-approval/planted-door.ts', "export { leadTabs } from '@portico/plugin-leads/api';\n"),
    breaks('workflow-code-is-pure', 'workflows/return-approval/planted.ts', "export { readFileSync } from 'node:fs';\n"),
    breaks('core-knows-the-kit-only', 'platform/core/audit/planted-ui.ts', "export { useText } from '@portico/ui';\n"),
    breaks('ui-knows-the-kit-only', 'platform/ui/planted.ts', "export { realClock } from '@portico/core';\n"),
    breaks('platform-knows-no-plugin', 'platform/cli/start/planted.ts', "export { leadTabs } from '@portico/plugin-leads/api';\n"),
    breaks('apps-know-no-plugin', 'apps/web/app/planted.ts', "export { leadTabs } from '@portico/plugin-leads/api';\n"),
    breaks('nobody-imports-an-app', 'platform/cli/start/planted-app.ts', "export * from '../../../apps/mailbox/smtp.ts';\n"),
    breaks('plugins-know-kit-ui-and-workflows', 'plugins/leads/lead/planted-core.ts', "export { realClock } from '@portico/core';\n"),
    breaks('plugin-enters-plugin-by-api', 'plugins/returns/planted.ts', "export * from '../leads/lead/lead.model.ts';\n"),
    breaks('testing-in-tests-only', 'platform/cli/start/planted-testing.ts', "export { startTestPortal } from '@portico/testing';\n"),
    breaks('testing-in-tests-only', 'plugins/returns/planted-testing.ts', "export { aCustomer } from '@portico/plugin-accounts/testing';\n"),
    breaks('pages-navigate-by-ui', 'plugins/leads/portal/planted.page.tsx', "export { Link } from '@remix-run/react';\n"),
    breaks('pages-stay-in-the-browser', 'plugins/leads/portal/planted-rows.page.tsx', "export { Lead } from '../lead/lead.model.ts';\n"),
    breaks('database-by-the-core', 'plugins/leads/lead/planted-pg.ts', "export { Pool } from 'pg';\n"),
    breaks('packages-enter-by-their-exports', 'plugins/leads/lead/planted-path.ts', "export * from '../../../platform/kit/money.ts';\n"),
  ],
};
