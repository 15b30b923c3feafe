import type { LoadedPlugin } from '@portico/core';
import type { PluginManifest } from '@portico/kit';
import type { PluginServer } from '@portico/kit/server';

/** A plugin made by a test: on by default at every business. */
export function testPlugin(
  manifest: Partial<PluginManifest> & { readonly id: string },
  server: PluginServer = {},
  texts: Readonly<Record<string, string>> = {},
): LoadedPlugin {
  const whole: PluginManifest = { version: '1.0.0', contract: '^1.0', title: `${manifest.id}.title`, onByDefault: true, ...manifest };
  return { id: manifest.id, packageName: `test/${manifest.id}`, dir: '', manifest: whole, server, texts };
}
