import type { Rule } from '../rule.ts';
import { isTest, stringsOf, type Tree } from '../tree.ts';

/** The ids of the plugins in the tree. */
export function pluginIds(tree: Tree): string[] {
  return tree.matching(/^plugins\/[^/]+\/plugin\.ts$/).flatMap((file) => /\bid: '([a-z0-9-]+)'/.exec(tree.text(file))?.[1] ?? []);
}

// A whole text, or one segment of a path, key, table or package name. A word within a sentence is none.
const named = (ids: readonly string[]): RegExp => {
  const id = `(?:${ids.join('|')})`;
  return new RegExp(`^${id}$|(?:^|[\\s"'\`(@/.:]|plugin-)${id}[./:][\\w*{]|(?:^|[/.:]|plugin-)${id}(?:$|[/:?])`);
};

/**
 * The platform and the apps find plugins through manifests. Tests of the platform may use the words of the built-in
 * plugins as sample text, but never those of an example: its folder can be deleted, and everything still passes.
 */
export const noPluginId: Rule = {
  name: 'no-plugin-id',
  about: 'No plugin’s id is written in platform or apps; tests there name no example plugin.',
  *find(tree) {
    const ids = pluginIds(tree);
    const examples = ids.filter((id) => id.startsWith('example-'));
    // the checks name plugins in the violations and faults that they plant
    for (const file of tree.matching(/^(platform(?!\/checks\/)|apps)\/.*\.(ts|tsx|mjs)$/)) {
      const forbidden = isTest(file) ? examples : ids;
      if (forbidden.length === 0) continue;
      const pattern = named(forbidden);
      for (const { text, line } of stringsOf(tree.source(file))) {
        if (pattern.test(text))
          yield { file, line, message: `"${text.trim().slice(0, 60)}" names a plugin. Ask the registry, a manifest or a hook point instead.` };
      }
    }
  },
  violation: { 'platform/core/http/planted.ts': "export const first = '/api/v1/leads/new';\n" },
};
