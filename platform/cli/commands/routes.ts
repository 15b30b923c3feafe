import { listRoutes } from '@portico/core';
import type { Command } from '../command.ts';
import { withCore } from '../with-core.ts';

/** `portico routes`: every page, write and API operation of the installation with plugin, method, path and permission. */
export const run: Command = async ({ env }) =>
  withCore(env, async (core) => {
    const json = await listRoutes(core.registry);
    return {
      json,
      text: json.map((row) => `${row.kind.padEnd(9)} ${row.method.padEnd(6)} ${row.path.padEnd(56)} ${row.plugin.padEnd(18)} ${row.permission}`).join('\n'),
    };
  });
