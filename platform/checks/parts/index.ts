import type { Part } from '../part.ts';
import { format, lint } from './biome.ts';
import { imports } from './imports.ts';
import { promises } from './promises.ts';
import { rules } from './rules.ts';
import { types } from './types.ts';
import { unused } from './unused.ts';

/** Every part of `npm run check`; the longest first, so that two processors are done together. */
export const parts: readonly Part[] = [promises, types, rules, imports, unused, lint, format];
