import type { Instant } from '@portico/kit';

/** `2026-11-22 06:55:00.5+00` (a session in UTC) → `2026-11-22T06:55:00.500Z`. Microseconds are cut: ours have none. */
export function instantFromPostgres(text: string): Instant {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (!match) throw new RangeError(`not an instant in UTC: ${text}`);
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
}
