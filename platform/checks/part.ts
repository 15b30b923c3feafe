import type { Finding, Planted } from './rule.ts';

/** A file that breaks a rule of a tool, and where it must be found. */
export interface Violation {
  readonly rule: string;
  readonly plant: Planted;
  /** The file of the finding; default: the first that is planted. */
  readonly at?: string;
}

/** A share of `npm run check` that runs by itself: a tool, or our own rules. */
export interface Part {
  readonly name: string;
  /** What it looks at, in a few words. */
  readonly about: string;
  /** Every rule that it holds; `check:bite` demands a violation of each. */
  rules(root: string): Promise<readonly string[]> | readonly string[];
  /** Throws when its tool breaks. */
  find(root: string): Promise<readonly Finding[]>;
  readonly violations: readonly Violation[];
}
