import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkoutRoot } from '../embedded/node-program.ts';
import { pluginFiles } from '../new-plugin/plugin-files.ts';

const page = readFileSync(path.join(checkoutRoot(), 'docs/plugins/first-plugin.md'), 'utf8');

it('the tutorial takes away or replaces every file that new:plugin writes, but its README', () => {
  const [, id = ''] = /^npm run new:plugin (\S+)$/m.exec(page) ?? [];
  const removed = (/^rm -r (.+)$/m.exec(page)?.[1] ?? '').split(' ').map((file) => path.posix.relative(`plugins/${id}`, file));
  const replaced = [...page.matchAll(/^`([\w./-]+)`\n\n```/gm)].map(([, file]) => file!);
  const isGone = (file: string): boolean => removed.some((gone) => file === gone || file.startsWith(`${gone}/`));
  const left = Object.keys(pluginFiles(id)).filter((file) => !isGone(file) && !replaced.includes(file));
  expect(left).toEqual(['README.md']);
});
