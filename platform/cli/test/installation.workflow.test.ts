import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insist, openCrashSite, speak, type CrashSite } from '@portico/testing/crash';
import { findTemporal } from '../embedded/index.ts';
import { checkoutRoot } from '../embedded/node-program.ts';
import { describeProcess } from '../embedded/process-record.mjs';
import type { RunBusiness, RunSignIn } from '../start/run-file.ts';
import { usersOfFolder } from './users-of-folder.ts';

/** One installation for the whole file: the real starter and the production build, with the demo. */
let site: CrashSite;
beforeAll(async () => {
  site = await openCrashSite();
}, 400_000);
afterAll(() => site?.stop());

interface Told {
  readonly code: number;
  readonly out: string;
  readonly complaint: string;
}

/** `npx portico <words>` as a shell runs it: the program that npm links. */
function portico(...words: string[]): Promise<Told> {
  const program = path.join(checkoutRoot(), 'node_modules', '.bin', 'portico');
  return new Promise((resolve) => {
    execFile(program, ['--data', site.data, ...words], { maxBuffer: 1 << 26 }, (failure, out, complaint) => {
      resolve({ code: failure ? Number(failure.code) : 0, out: out.trim(), complaint: complaint.trim() });
    });
  });
}

/** The same with `--json`, for what must succeed. */
async function answerOf<Answer>(...words: string[]): Promise<Answer> {
  const { code, out, complaint } = await portico(...words, '--json');
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  return JSON.parse(out) as Answer;
}

const business = (at: 0 | 1): RunBusiness => site.run().businesses[at]!;
const keyOf = (kind: RunSignIn['kind'], at: 0 | 1 = 1): string => business(at).signIns.find((one) => one.kind === kind)!.apiKey;

/** Rows as the product's own role sees them at one business. */
async function rowsOf<Row>(at: RunBusiness, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: site.run().database!.runtime });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('portico.tenant_id', $1, true)`, [at.tenantId]);
    const { rows } = await client.query(sql, values);
    await client.query('commit');
    return rows as Row[];
  } finally {
    await client.end();
  }
}

async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  const limit = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > limit) throw new Error(`Waited in vain for ${what}`);
    await pause(200);
  }
}

describe('npx portico, typed by an operator', () => {
  it('tenant create: a third business answers at its address, and its owner signs in with what was told', async () => {
    const words = ['--slug', 'acme', '--name', 'Acme Roofing', '--zone', 'Europe/Berlin', '--currency', 'EUR', '--owner-email', 'owner@acme.example'];
    const made = await answerOf<{ tenantId: string; url: string; apiKey: string; owner: { login: string; password: string } }>('tenant', 'create', ...words);
    expect(made.owner.login).toBe('owner@acme.example');
    expect(made.owner.password).toMatch(/\S{12,}/);
    const me = await insist({ ...made, slug: 'acme', signIns: [] }, '/api/v1/me', { key: made.apiKey });
    expect(me).toMatchObject({ roles: [{ role: 'owner' }] });
    const empty = await insist({ ...made, slug: 'acme', signIns: [] }, '/api/v1/leads', { key: made.apiKey });
    expect(empty).toEqual({ data: [], nextCursor: null });
  });

  it('key create: a user’s key has that user’s rights, a source’s key posts leads and nothing else', async () => {
    const { slug, signIns } = business(1);
    const staff = signIns.find((one) => one.kind === 'staff')!;
    const ofUser = await answerOf<{ apiKey: string }>('key', 'create', '--business', slug, '--user', staff.login);
    const sources = await insist(business(1), '/api/v1/leads/sources', { key: ofUser.apiKey });
    const source = (sources.data as { id: string }[])[0]!.id;
    const ofSource = await answerOf<{ apiKey: string }>('key', 'create', '--business', slug, '--source', source);
    const types = await insist(business(1), '/api/v1/leads/types', { key: ofUser.apiKey });
    const lead = { type: (types.data as { key: string }[])[0]!.key, name: 'Maren Oduya', phone: '+15035550142' };
    expect((await speak(business(1), '/api/v1/leads', { key: ofSource.apiKey, json: lead }))?.status).toBe(201);
    expect((await speak(business(1), '/api/v1/leads', { key: ofSource.apiKey }))?.status).toBe(403);
  });

  it('setting get and set: what was set is read again, and the running product follows', async () => {
    const where = ['--business', 'acme', '--key', 'returns.decisionHours'];
    expect(await answerOf('setting', 'get', ...where)).toEqual({ key: 'returns.decisionHours', value: 48 });
    expect(await answerOf('setting', 'set', ...where, '--value', '72')).toEqual({ key: 'returns.decisionHours', value: 72 });
    expect(await answerOf('setting', 'get', ...where)).toEqual({ key: 'returns.decisionHours', value: 72 });
  });

  it('plugin list, enable and disable: the API of a plugin is there only while it is on', async () => {
    const installed = await answerOf<{ id: string }[]>('plugin', 'list');
    expect(installed.map((one) => one.id)).toEqual(expect.arrayContaining(['accounts', 'workspace', 'leads', 'returns']));
    const statusAfter = async (way: 'enable' | 'disable', wanted: number) => {
      await answerOf('plugin', way, '--business', business(1).slug, '--plugin', 'returns');
      await until(`${wanted}`, async () => ((await speak(business(1), '/api/v1/returns', { key: keyOf('staff') }))?.status === wanted ? wanted : undefined));
      const states = await answerOf<{ id: string; enabled: boolean }[]>('plugin', 'list', '--business', business(1).slug);
      return states.find((one) => one.id === 'returns')!.enabled;
    };
    expect(await statusAfter('disable', 404)).toBe(false);
    expect(await statusAfter('enable', 200)).toBe(true);
  });

  it('points: who is bound where at a business, in order', async () => {
    const points = await answerOf<{ kind: string; name: string; bound: string[] }[]>('points', '--business', business(1).slug);
    expect(points).toContainEqual({ kind: 'union', name: 'core.roles', bound: ['accounts', 'workspace'] });
    expect(points.map((one) => one.name)).toEqual(points.map((one) => one.name).sort());
  });

  it('routes: every page, write and operation with plugin, method, path and permission', async () => {
    const routes = await answerOf<object[]>('routes');
    expect(routes).toContainEqual(expect.objectContaining({ plugin: 'leads', kind: 'operation', method: 'POST', path: '/api/v1/leads' }));
    for (const route of routes) expect(Object.keys(route).sort()).toEqual(expect.arrayContaining(['kind', 'method', 'path', 'permission', 'plugin']));
  });

  it('outbox list and retry: a parked mail is listed and goes out again with its id', async () => {
    const at = business(1);
    expect(await answerOf('outbox', 'list', '--business', at.slug)).toEqual([]);
    const [parked] = await rowsOf<{ id: string; message_id: string }>(
      at,
      `update portico.mails set state = 'parked', tries = 8, last_error = 'refused' where id = (select id from portico.mails where state = 'sent' order by id limit 1)
       returning id, message_id`,
    );
    const listed = await answerOf<{ id: string; business: string; kind: string; tries: number }[]>('outbox', 'list');
    expect(listed).toEqual([expect.objectContaining({ id: parked!.id, business: at.slug, kind: 'mail', tries: 8 })]);
    expect(await answerOf('outbox', 'retry', '--business', at.slug, '--id', parked!.id)).toMatchObject({ id: parked!.id, retried: true });
    await until('the mail to be sent again', async () => {
      const [mail] = await rowsOf<{ state: string }>(at, 'select state from portico.mails where id = $1', [parked!.id]);
      return mail!.state === 'sent' ? mail : undefined;
    });
    expect(await answerOf('outbox', 'list')).toEqual([]);
  });

  it('outbox list: tells all that is parked, however much it is, each once', async () => {
    const at = business(1);
    const parked = await rowsOf<{ id: string }>(
      at,
      `insert into portico.mails (id, plugin_id, template, user_id, data, message_id, trace_id, created_at, state, tries, last_error)
       select gen_random_uuid(), 'returns', 'return-waiting', u.id, '{}', '<' || gen_random_uuid() || '@parked.test>', 'parked', u.created_at, 'parked', 8, 'refused'
       from (select * from portico.users order by id limit 1) u, generate_series(1, 1201) returning id`,
    );
    expect(parked).toHaveLength(1201);
    const listed = await answerOf<{ id: string }[]>('outbox', 'list', '--business', at.slug);
    await rowsOf(at, `update portico.mails set state = 'sent' where state = 'parked'`);
    expect(listed.map(({ id }) => id).sort()).toEqual(parked.map(({ id }) => id).sort());
  });

  it('clock: moves a business forward, and the others stay', async () => {
    const moved = await answerOf<{ business: string; now: string; woken: number }>('clock', '--business', 'acme', '--advance', 'P3D');
    expect(Date.parse(moved.now) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    const [other] = await rowsOf<{ offset: string }>(business(0), 'select clock_offset_ms as offset from portico.tenants where id = $1', [
      business(0).tenantId,
    ]);
    expect(Number(other!.offset)).toBe(0);
  });

  it('doctor: finds every part well, and says which one is not', async () => {
    const found = await answerOf<{ part: string; state: string }[]>('doctor');
    expect(found.map((one) => one.part)).toEqual(expect.arrayContaining(['database and role', 'operator', `business ${business(0).slug}`]));
    expect(found.every((one) => one.state === 'ok')).toBe(true);
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'doctor-test-'));
    copyFileSync(path.join(site.data, 'environment.json'), path.join(elsewhere, 'environment.json'));
    writeFileSync(path.join(elsewhere, 'run.json'), JSON.stringify({ ...site.run(), operator: 1 }));
    const { code, out, complaint } = await portico('doctor', '--data', elsewhere);
    rmSync(elsewhere, { recursive: true });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(complaint).toMatch(/^operator: [^\n]+$/);
  });

  it('speaks to people when --json is not given', async () => {
    const { code, out } = await portico('plugin', 'list', '--business', 'acme');
    expect(code).toBe(0);
    expect(out).toMatch(/^returns +\d+\.\d+\.\d+ {2}on$/m);
  });

  const of = (...words: string[]) => words;
  it.concurrent.each([
    [of('plugin', 'burn'), 'There is no command "plugin burn".'],
    [of('tenant', 'create', '--slug', 'x'), '--name and --zone and --currency and --owner-email must be given.'],
    [
      of('tenant', 'create', '--slug', 'harborline', '--name', 'A', '--zone', 'Europe/Berlin', '--currency', 'EUR', '--owner-email', 'a@b.example'),
      'A business with the short name harborline exists already.',
    ],
    [
      of('tenant', 'create', '--slug', 'Q', '--name', 'A', '--zone', 'Mars', '--currency', 'EUR', '--owner-email', 'a@b.example'),
      '--slug must be 2 to 40 lower-case letters, digits or dashes and begin with a letter. --zone must be a time zone of the IANA list, such as America/New_York.',
    ],
    [of('key', 'create', '--business', 'harborline'), 'Give either --source or --user.'],
    [of('key', 'create', '--business', 'harborline', '--user', 'nobody'), 'user: There is no user with this user name or e-mail address here.'],
    [of('key', 'create', '--business', 'harborline', '--source', 'website'), 'source: There is no lead source with this id here.'],
    [of('key', 'create', '--business', 'harborline', '--source', '0190a5b0-0000-7000-8000-0000000000ff'), 'source: There is no lead source with this id here.'],
    [of('setting', 'get', '--business', 'nowhere', '--key', 'returns.windowHours'), 'There is no business "nowhere".'],
    [of('setting', 'get', '--business', 'harborline', '--key', 'windowHours'), '--key must be <plugin id>.<setting>.'],
    [of('setting', 'get', '--business', 'harborline', '--key', 'leads.colour'), 'leads has no settings.'],
    [of('setting', 'set', '--business', 'harborline', '--key', 'returns.windowHours', '--value', 'many'), 'windowHours: Enter a number.'],
    [of('plugin', 'enable', '--business', 'harborline', '--plugin', 'nothing'), 'There is no plugin "nothing"; installed are '],
    [of('plugin', 'disable', '--business', 'harborline', '--plugin', 'leads'), 'Switch off '],
    [of('plugin', 'disable', '--business', 'harborline', '--plugin', 'accounts'), 'This plugin cannot be switched off.'],
    [of('points'), '--business must be given.'],
    [of('outbox', 'retry', '--business', 'harborline', '--id', 'x'), 'Nothing that is parked at harborline has the id "x".'],
    [
      of('outbox', 'retry', '--business', 'harborline', '--id', '0190a5b0-0000-7000-8000-0000000000ff'),
      'Nothing that is parked at harborline has the id "0190a5b0-0000-7000-8000-0000000000ff".',
    ],
    [of('clock', '--business', 'harborline', '--advance', '-P1D'), '--advance must be a duration of ISO 8601 that goes forward, such as P3D or PT48H.'],
    [of('clock', '--business', 'harborline', '--advance', 'soon'), '--advance must be a duration of ISO 8601 that goes forward, such as P3D or PT48H.'],
    [of('doctor', '--data='), '--data needs a value.'],
    [of('doctor', '--data', '/nonexistent'), 'Nothing was started on /nonexistent yet'],
  ])('refuses "%s" with one sentence and an exit code', async (words, sentence) => {
    const { code, out, complaint } = await portico(...words, '--json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect((JSON.parse(complaint) as { error: string }).error).toContain(sentence);
  });
});

const EVERYTHING = ['starter', 'postgres', 'temporal', 'worker', 'web'];

/** Once its server is gone: what a living one has open, it would write again. */
async function deleteTemporalState(pid: number): Promise<void> {
  await until('Temporal to be gone', async () => (describeProcess(pid) ? undefined : true));
  const folder = path.join(site.data, 'temporal');
  const state = readdirSync(folder).filter((file) => /^temporal\.db(-wal|-shm)?$/.test(file));
  expect(state).toContain('temporal.db');
  for (const file of state) rmSync(path.join(folder, file));
}

/** Every open process of a business has its workflow in Temporal, whose name is told by the row. */
async function everyProcessIsFollowed(at: RunBusiness): Promise<true | undefined> {
  const live = await rowsOf<{ id: string; kind: string }>(at, 'select id, kind from portico.processes where ended_at is null');
  expect(live.length).toBeGreaterThan(0);
  const { address, namespace } = site.run().temporal!;
  const found = await findTemporal({ env: { ...process.env, TEMPORAL_ADDRESS: '' } });
  if (found.kind !== 'program') throw new Error('There is no program of Temporal to ask with.');
  const query = ['--query', `ExecutionStatus = 'Running'`, '--limit', '5000', '--output', 'json'];
  const told = execFileSync(found.path, ['workflow', 'list', '--address', address, '--namespace', namespace, ...query], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const running = new Set((JSON.parse(told) as { execution: { workflowId: string } }[]).map(({ execution }) => execution.workflowId));
  return live.every(({ id, kind }) => running.has(`${at.tenantId}/${kind}/${id}`)) ? true : undefined;
}

describe('after a kill -9 of a running product and a new start', () => {
  it.each([
    ['the starter', ['starter'], 'kept' as const],
    ['the starter, Postgres, Temporal, the worker and web', EVERYTHING, 'kept' as const],
    ["the same, with Temporal's state deleted", EVERYTHING, 'deleted' as const],
  ])(
    'of %s: ready in 15 s, one Postgres, one Temporal, a lead answered 201 is listed, an open return is decided',
    async (_, names, temporal) => {
      const [staff, customer] = [keyOf('staff'), keyOf('account-admin')];
      const { data: pending } = await insist(business(1), '/api/v1/returns?status=pending', { key: staff });
      const open = (pending as { id: string; leadId: string }[])[0]!;
      const types = await insist(business(1), '/api/v1/leads/types', { key: staff });
      const name = `${temporal} over ${names.length}`;
      const json = { type: (types.data as { key: string }[])[0]!.key, name, phone: `+1503556${(temporal === 'kept' ? 1000 : 2000) + names.length}` };
      const posted = await speak(business(1), '/api/v1/leads', { key: business(1).apiKey, json });
      expect(posted?.status).toBe(201);

      // wakes that had not gone out yet would go out after the start, whatever Temporal has lost
      if (temporal === 'deleted') await until('every open process to be followed', () => everyProcessIsFollowed(business(1)));
      const before = site.run().processes;
      for (const one of before.filter((process) => names.includes(process.name))) process.kill(one.pid, 'SIGKILL');
      if (temporal === 'deleted') await deleteTemporalState(before.find((one) => one.name === 'temporal')!.pid);
      await site.startAgain();

      // a start on a folder that is there already takes 15 s at most, also after a crash
      const seconds = await until('the starter to say how long it took', async () => /Portico is ready \(([\d.]+) s\)/.exec(site.said())?.[1]);
      expect(Number(seconds)).toBeLessThanOrEqual(15);
      expect(usersOfFolder(site.data).filter((one) => one === 'postgres' || one === 'temporal')).toEqual(['postgres', 'temporal']);
      for (const { name: part, pid } of before) expect([part, describeProcess(pid)]).toEqual([part, undefined]);
      const leads = await insist(business(1), `/api/v1/leads?q=${encodeURIComponent(name)}`, { key: staff });
      expect((leads.data as { id: string }[]).map((lead) => lead.id)).toContain(posted!.body.id);
      if (temporal === 'deleted') await until('every open process to go on', () => everyProcessIsFollowed(business(1)));
      const decided = await insist(business(1), `/api/v1/returns/${open.id}/decision`, { key: staff, json: { outcome: 'approved', because: '' } });
      expect(decided).toMatchObject({ status: 'approved', changed: true });
      await until('the customer to be told', async () => {
        const timeline = await insist(business(1), `/api/v1/returns/${open.id}/timeline`, { key: staff });
        return (timeline.past as { key: string }[]).find((step) => step.key === 'tell-customer');
      });
      expect((await speak(business(1), '/api/v1/me', { key: customer }))?.status).toBe(200);
    },
    180_000,
  );

  it('a stop ends everything within 10 s, even while somebody does not finish what they ask', async () => {
    const { port, host } = new URL(business(0).url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined); // it is cut off, which is what this is about
    socket.write(
      `POST /api/v1/leads HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${business(0).apiKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    await pause(500);
    const before = site.run().processes;
    expect(await site.end()).toBeLessThan(10_000);
    for (const { name, pid } of before) expect([name, describeProcess(pid)]).toEqual([name, undefined]);
    expect(readFileSync(path.join(site.data, 'logs', 'web.log'), 'utf8')).toContain('ended with requests that were not answered');
    expect(existsSync(path.join(site.data, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});
