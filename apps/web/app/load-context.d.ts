import type { Door } from '@portico/core';
import type { PartsAddress } from './plugin-parts.ts';

declare module '@remix-run/node' {
  interface AppLoadContext {
    /** The way into the host; one for each request. */
    portico: Door;
    /** Parts and texts of the plugins that are on here. */
    parts: readonly PartsAddress[];
  }
}
declare module '@remix-run/server-runtime' {
  interface AppLoadContext {
    portico: Door;
    /** Parts and texts of the plugins that are on here. */
    parts: readonly PartsAddress[];
  }
}
