import { describe, expect, it } from 'vitest';
import { checkoutRoot } from '../checkout-root.ts';
import { faults, textsWith } from '../faults.ts';
import { Tree } from '../tree.ts';

const tree = Tree.at(checkoutRoot());

// `npm run sabotage` takes a quarter of an hour: that a fault no longer fits the code is told here, at every run of the tests.
describe('The faults of npm run sabotage', () => {
  it('are at least fifteen, each by a name of its own (line 25)', () => {
    expect(faults.length).toBeGreaterThanOrEqual(15);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  it.each(faults.map((fault) => [fault.name, fault] as const))('%s still fits the code, and its test is there', (_, fault) => {
    const changed = textsWith(tree, fault);
    for (const [file, text] of Object.entries(changed)) expect(text).not.toBe(tree.text(file));
    expect(tree.has(fault.noticedBy.file)).toBe(true);
  });
});
