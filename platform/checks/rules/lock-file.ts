import type { Rule } from '../rule.ts';

const LOCK = 'package-lock.json';
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: boolean }>>;
}

/** The lock file works behind any registry, and there is one protobuf runtime. */
export const lockFile: Rule = {
  name: 'lock-file',
  about: 'package-lock.json holds no download address, and protobufjs 8 exists once.',
  *find(tree) {
    const { packages } = tree.json<Lock>(LOCK);
    for (const [name, { resolved, link }] of Object.entries(packages)) {
      if (resolved && !link) yield { file: LOCK, message: `${name} holds the address it was downloaded from. Run npm install with the .npmrc of the project.` };
    }
    const runtimes = Object.entries(packages).filter(([name, { version }]) => name.endsWith('node_modules/protobufjs') && version?.startsWith('8.'));
    if (runtimes.length !== 1)
      yield {
        file: LOCK,
        message: `protobufjs 8 must be there exactly once, for all of Temporal's packages: ${runtimes.map(([name]) => name).join(', ') || 'none'}.`,
      };
  },
  violation: { [LOCK]: (text) => text.replace(/("node_modules\/protobufjs": \{\n)/, '$1      "resolved": "https://downloads.example/protobufjs.tgz",\n') },
};
