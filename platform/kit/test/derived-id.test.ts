import { expect, test } from 'vitest';
import { derivedId } from '../derived-id.ts';
import { isId } from '../ids.ts';

test('the same text is the same id, another text another one, and both are ids of version 8 (RFC 9562)', () => {
  const [one, again, other] = [derivedId('form a'), derivedId('form a'), derivedId('form b')];
  expect(one).toBe(again);
  expect(one).not.toBe(other);
  expect(isId(one)).toBe(true);
  expect(one.charAt(14)).toBe('8');
});
