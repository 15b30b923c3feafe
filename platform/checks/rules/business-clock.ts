import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { isTest, lineOf, nodesOf } from '../tree.ts';

const WHERE = /^(plugins|workflows|platform\/(kit|core))\/.*\.tsx?$/;
/** The one place that asks the machine's clock; sessions, leases and rate limits go through it. */
const REAL_CLOCK = 'platform/core/observe/real-clock.ts';

const isMachineTime = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) ||
  (ts.isCallExpression(node) && /^(Date\.now|setInterval|(globalThis|window)\.setInterval|Temporal\.Now\.\w+)$/.test(node.expression.getText()));

/** A business has its own clock, which can be moved; what waits for business is a process. */
export const businessClock: Rule = {
  name: 'business-clock',
  about: 'No Date.now(), new Date() or setInterval in plugins, workflows, kit and core: ask ctx.clock; where the real clock is meant, realClock.',
  *find(tree) {
    for (const file of tree.matching(WHERE)) {
      if (isTest(file) || file === REAL_CLOCK) continue;
      const source = tree.source(file);
      for (const node of nodesOf(source)) {
        if (isMachineTime(node))
          yield {
            file,
            line: lineOf(source, node),
            message: `${node.getText(source)} asks the machine. Use ctx.clock; for sessions, leases and limits the core's realClock; for waiting a process.`,
          };
      }
    }
  },
  violation: { 'plugins/leads/lead/planted.ts': 'export const age = (at: string): number => Date.now() - Date.parse(at);\n' },
};
