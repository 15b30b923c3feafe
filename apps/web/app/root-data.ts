import { useRouteLoaderData } from '@remix-run/react';
import type { Look } from '@portico/core';
import type { Theme } from '@portico/ui';
import type { PartsAddress } from './plugin-parts.ts';

/** What the root's loader gives to every page. */
export interface RootData {
  readonly look: Look;
  readonly theme: Theme;
  /** The business's colours as CSS. */
  readonly brand: string;
  /** The address of its logo. */
  readonly logo: string | null;
  /** How to reach it: a `mailto:`, `tel:`, or nothing. */
  readonly contact: string | undefined;
  /** Parts and texts of the plugins that are on here. */
  readonly parts: readonly PartsAddress[];
  /** The address of a script that only `npm run dev` has. */
  readonly devScript?: string;
}

/** The root's data; undefined on an error page above it. */
export const useRootData = (): RootData | undefined => useRouteLoaderData('root') as RootData | undefined;
