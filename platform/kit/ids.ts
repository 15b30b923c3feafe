/** A UUIDv7 as text: random enough to be unguessable, ordered by the time it was made (RFC 9562). */
export type Id = string;

/** An instant in UTC, RFC 3339 with milliseconds: `2026-11-22T06:55:00.000Z`. Instants compare as text. */
export type Instant = string;

/** The key of a translation: the plugin's id, a dot, a name: `returns.menu`. */
export type TextKey = string;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the shape of an id. An address with anything else in its place is answered as not found. */
export const isId = (text: string): boolean => ID.test(text);
