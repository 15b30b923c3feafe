/**
 * `npm run gate:removal`: a business's own plugin can be taken out. In a copy of the checkout, the folders of the example
 * plugins and their entries are deleted; then everything that `npm run check` looks at, the tests that stand nearest, and
 * a start on the data folder of an installation that had them must still work.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkoutRoot } from './checkout-root.ts';
import { copyTree } from './copy-tree.ts';
import { runNode } from './run-program.ts';
import { runTests } from './run-tests.ts';
import { Tree } from './tree.ts';

const NEAREST = ['plugins/returns/test/votes.db.test.ts', 'platform/core/test/attack-matrix.db.test.ts', 'platform/core/test/lists.db.test.ts'];

/** What `run.json` says, as far as this gate reads it. */
interface Run {
  readonly state: string;
  readonly businesses: readonly { readonly url: string; readonly signIns: readonly { readonly kind: string; readonly apiKey: string }[] }[];
}

/** Takes the example plugins out of a copy; answers their ids. Throws Error when there is none to take out. */
function takeOut(root: string): string[] {
  const ids = Tree.at(root)
    .matching(/^plugins\/example-[^/]+\/package\.json$/)
    .map((file) => file.split('/')[1]!);
  if (ids.length === 0) throw new Error('There is no example plugin to take out.');
  for (const id of ids) rmSync(path.join(root, 'plugins', id), { recursive: true });
  for (const id of ids) rmSync(path.join(root, 'node_modules', '@portico', `plugin-${id}`), { force: true });
  change<{ portico: { plugins: string[] } }>(path.join(root, 'package.json'), ({ portico }) => {
    portico.plugins = portico.plugins.filter((name) => !ids.some((id) => name.endsWith(id)));
  });
  change<{ packages: Record<string, unknown> }>(path.join(root, 'package-lock.json'), ({ packages }) => {
    for (const where of Object.keys(packages)) if (ids.some((id) => where.endsWith(id))) delete packages[where];
  });
  return ids;
}

function change<Json>(file: string, edit: (json: Json) => void): void {
  const json = JSON.parse(readFileSync(file, 'utf8')) as Json;
  edit(json);
  writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
}

/** An installation of a checkout on a data folder, started as a person starts it. Throws Error with what it said when it does not come up. */
async function start(root: string, data: string): Promise<{ run: Run; stop(): Promise<void> }> {
  const file = path.join(data, 'run.json');
  rmSync(file, { force: true });
  const child = spawn(process.execPath, [path.join(root, 'platform/cli/bootstrap.mjs'), 'start', '--data', data, '--port', '0', '--demo'], { cwd: root });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void said.push(text));
  const stop = () => ended(child);
  const end = performance.now() + 600_000;
  for (;;) {
    const run = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : undefined;
    if (run?.state === 'ready') return { run, stop };
    if (child.exitCode !== null || performance.now() > end) {
      await stop();
      throw new Error(`It did not start:\n${said.join('').slice(-4_000)}`);
    }
    await new Promise((wait) => setTimeout(wait, 300));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGTERM')) await gone;
}

/** Asks the first business, as its owner. */
function ask({ businesses: [business] }: Run, address: string): Promise<{ status: number; text: string }> {
  const { host, port } = new URL(business!.url);
  const headers = { host, authorization: `Bearer ${business!.signIns.find(({ kind }) => kind === 'owner')!.apiKey}` };
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: address, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** The ids of a hundred leads of the first business. */
async function leadsOf(run: Run): Promise<string> {
  const { text } = await ask(run, '/api/v1/leads?limit=100&sort=received');
  return (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id).join();
}

/** What the checkout that has the plugins leaves behind: a data folder, and what its first business shows. */
async function live(root: string, data: string, ids: readonly string[]): Promise<string> {
  const before = await start(root, data);
  try {
    for (const id of ids) demand((await ask(before.run, `/api/v1/${id}/notes`)).status === 200, `${id} answers while it is there`);
    return await leadsOf(before.run);
  } finally {
    await before.stop();
  }
}

async function liveOn(root: string, data: string, ids: readonly string[], leads: string): Promise<void> {
  const after = await start(root, data);
  try {
    demand((await ask(after.run, '/readyz')).status === 200, 'it is ready on the existing data folder');
    for (const id of ids) demand((await ask(after.run, `/api/v1/${id}/notes`)).status === 404, `${id} is an address that never was`);
    demand((await leadsOf(after.run)) === leads, 'the first business has the leads that it had');
  } finally {
    await after.stop();
  }
}

function demand(holds: boolean, what: string): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) process.exitCode = 1;
}

async function main(root: string): Promise<void> {
  const parent = mkdtempSync(path.join(tmpdir(), 'portico-removal-'));
  chmodSync(parent, 0o755); // Postgres runs as another user when we are root
  const data = path.join(parent, 'data');
  const copy = copyTree(root);
  try {
    const ids = takeOut(copy.root);
    const leads = await live(root, data, ids);
    console.log(`  ${ids.join(', ')}: taken out`);
    await liveOn(copy.root, data, ids, leads);
    const check = await runNode(copy.root, [path.join(copy.root, 'platform/cli/bootstrap.mjs'), 'check']);
    demand(check.code === 0, `npm run check is green${check.code === 0 ? '' : `\n${(check.out + check.err).slice(-3_000)}`}`);
    const { tests, unloaded } = await runTests(copy.root, NEAREST);
    const red = [
      ...tests.filter(({ isGreen }) => !isGreen).map(({ title }) => title),
      ...unloaded.map(({ file, message }) => `${file}: ${message.slice(0, 500)}`),
    ];
    demand(tests.length > 0 && red.length === 0, `${tests.length} tests beside them are green${red.map((one) => `\n    ${one}`).join('')}`);
  } finally {
    copy.remove();
    rmSync(parent, { recursive: true, force: true });
  }
}

await main(checkoutRoot());
