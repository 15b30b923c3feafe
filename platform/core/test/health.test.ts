import { describe, expect, it } from 'vitest';
import { shareLooks, withoutReasons } from '../observe/health.ts';

describe('the state of the parts', () => {
  it('tells anybody which part does not answer, and neither its address nor why', () => {
    const health = { database: 'ok', temporal: 'connect ECONNREFUSED 10.1.2.3:7233', mail: 'not set up' };
    expect(withoutReasons(health)).toEqual({ database: 'ok', temporal: 'does not answer', mail: 'not set up' });
  });

  it('is looked at once for all who ask within a second', async () => {
    let looks = 0;
    const look = shareLooks(async () => ({ looked: String((looks += 1)) }));
    const answers = await Promise.all([look(), look(), look()]);
    expect([looks, ...answers]).toEqual([1, { looked: '1' }, { looked: '1' }, { looked: '1' }]);
    await expect.poll(async () => (await look()).looked, { timeout: 5_000 }).toBe('2');
  });
});
