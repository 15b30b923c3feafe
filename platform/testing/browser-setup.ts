import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startBrowser } from './browser/open-browser.ts';
import { watchSessions } from './session-watch.ts';
import { startInstallation } from './start-installation.ts';

/**
 * What browser tests stand on: a whole installation from the production build, started as a person starts it, and one
 * Chromium. `PORTICO_RUN` names the run.json of an installation that is up already; it is left as it is.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.PORTICO_RUN;
  const installation = given ? undefined : await startInstallation('browser');
  const data = given ? path.dirname(path.resolve(given)) : installation!.data;
  const sessions = await watchSessions(data);
  const browser = await startBrowser();
  project.provide('installation', { data, endpoint: browser.wsEndpoint() });
  return async () => {
    await browser.close();
    try {
      await sessions.stop();
    } finally {
      await installation?.stop();
    }
  };
}
