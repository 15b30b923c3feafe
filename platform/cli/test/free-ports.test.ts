import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, isListening } from '../embedded/running-part.ts';

it('asking whether somebody listens never takes the port from who is about to', async () => {
  const port = await freePort();
  let isDone = false;
  const asking = (async () => {
    let answers = 0;
    for (; !isDone; answers += 1) await isListening(port);
    return answers;
  })();
  try {
    for (let round = 0; round < 200; round += 1) {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening'); // rejects when the port is taken
      expect(await isListening(port)).toBe(true);
      server.close();
      await once(server, 'close');
      await new Promise((next) => setImmediate(next));
    }
  } finally {
    isDone = true;
  }
  expect(await isListening(port)).toBe(false);
  expect(await asking).toBeGreaterThan(20);
});
