import type { Door } from '@portico/core';

declare module '@remix-run/node' {
  interface AppLoadContext {
    /** The way into the host; one for each request. */
    portico: Door;
  }
}
declare module '@remix-run/server-runtime' {
  interface AppLoadContext {
    portico: Door;
  }
}
