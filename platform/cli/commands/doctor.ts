import { get } from 'node:http';
import type { Core } from '@portico/core';
import type { Command } from '../command.ts';
import { withCore } from '../with-core.ts';

interface Finding {
  readonly part: string;
  readonly state: 'ok' | 'wrong';
  readonly detail: string;
}

/** `portico doctor`: looks at every part of a running installation and says what is wrong. Fails when anything is. */
export const run: Command = async ({ run: installation, env }) => {
  const findings: Finding[] = [
    await look('database and role', () => withCore(env, async (core) => partsOf(core.registry.plugins))),
    await look('settings of plugins', () => withCore(env, async (core) => settingsOf(core))),
    ...(await Promise.all(installation.businesses.map((business) => look(`business ${business.slug}`, () => ready(business.url))))),
  ];
  if (installation.operator) findings.push(await look('operator', () => ready(`http://127.0.0.1:${installation.operator}`)));
  const wrong = findings.filter((finding) => finding.state === 'wrong');
  if (wrong.length > 0) throw new Error(wrong.map((finding) => `${finding.part}: ${finding.detail}`).join('; '));
  return { json: findings, text: findings.map((finding) => `${finding.state.padEnd(6)} ${finding.part}: ${finding.detail}`).join('\n') };
};

async function look(part: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { part, state: 'ok', detail: await work() };
  } catch (error) {
    return { part, state: 'wrong', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function partsOf(plugins: readonly { id: string; quarantined?: string }[]): Promise<string> {
  const aside = plugins.filter((plugin) => plugin.quarantined);
  if (aside.length > 0) throw new Error(aside.map((plugin) => `plugin ${plugin.id} is set aside: ${plugin.quarantined}`).join('; '));
  return `the runtime role is safe, ${plugins.length} plugins are healthy`;
}

// What a plugin takes from the environment; a wrong one sets its plugin aside, which the line before says.
const settingsOf = ({ host }: Core): string =>
  host.installation.variables.map(({ name, value, from }) => `${name} is ${value}${from === 'default' ? ' (default)' : ''}`).join(', ') ||
  'no plugin takes any from the environment';

// Names below localhost are not looked up by Node: the address is 127.0.0.1 and the name goes into the Host header.
function ready(url: string): Promise<string> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', headers: { host }, timeout: 5_000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve(`${url} is ready`);
      else reject(new Error(`${url}/readyz answers ${response.statusCode}`));
    });
    request.on('timeout', () => request.destroy(new Error(`${url}/readyz does not answer within 5 seconds`)));
    request.on('error', reject);
  });
}
