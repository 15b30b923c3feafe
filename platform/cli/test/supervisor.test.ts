import { describe, expect, it } from 'vitest';
import type { RunningPart } from '../embedded/running-part.ts';
import { Supervisor } from '../start/supervisor.ts';

/** Processes that end when told, so that a test can follow each restart. */
function scripted() {
  const ends: ((how: string) => void)[] = [];
  const starts: number[] = [];
  const start = async (): Promise<RunningPart> => {
    starts.push(performance.now());
    let end!: (how: string) => void;
    const exited = new Promise<string>((resolve) => (end = resolve));
    ends.push(end);
    return { pid: 100 + starts.length, port: 1, exited, stop: async () => end('exit code 0') };
  };
  return { start, starts, crash: () => ends.at(-1)!('signal SIGKILL') };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the supervisor', () => {
  it('starts again what ended by itself, counts it, and waits longer each time', async () => {
    const over = new AbortController();
    const said: string[] = [];
    const supervisor = new Supervisor({ changed: () => undefined, log: (line) => said.push(line), signal: over.signal });
    const { start, starts, crash } = scripted();
    await supervisor.add('web', start);
    for (const count of [1, 2, 3]) {
      crash();
      await until(() => supervisor.list()[0]!.restarts === count && supervisor.isUp('web'));
    }
    const pauses = starts.slice(1).map((at, index) => at - starts[index]!);
    expect(pauses[1]!).toBeGreaterThan(pauses[0]! * 1.5);
    expect(pauses[2]!).toBeGreaterThan(pauses[1]! * 1.5);
    expect(said[0]).toBe('web ended by itself (signal SIGKILL); starting it again.');
    over.abort();
    await supervisor.stop('web');
    expect(supervisor.list()).toEqual([]);
  });

  it('replaces a process without counting a crash, and starts nothing after the end', async () => {
    const over = new AbortController();
    const supervisor = new Supervisor({ changed: () => undefined, log: () => undefined, signal: over.signal });
    const { start, starts } = scripted();
    await supervisor.add('web', start);
    await supervisor.replace('web');
    expect(supervisor.list()).toEqual([{ name: 'web', pid: 102, port: 1, restarts: 0 }]);
    over.abort();
    await supervisor.stop('web');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(starts).toHaveLength(2);
  });

  it('does not take a process back that comes up on another port', async () => {
    const over = new AbortController();
    const supervisor = new Supervisor({ changed: () => undefined, log: () => undefined, signal: over.signal });
    const { start, starts, crash } = scripted();
    await supervisor.add('web', async () => ({ ...(await start()), port: starts.length === 2 ? 9 : 1 }));
    crash();
    await until(() => starts.length === 3 && supervisor.isUp('web'));
    expect(supervisor.list()).toEqual([{ name: 'web', pid: 103, port: 1, restarts: 2 }]);
    over.abort();
    await supervisor.stop('web');
  });
});
