import type { Id } from '@portico/kit';
import type { Actor } from '@portico/kit/server';

/** The id that stands for the product itself as an actor. */
const SYSTEM_ID: Id = '00000000-0000-7000-8000-000000000000';

/** The actor that is the product itself. */
export const SYSTEM: Actor = { kind: 'system', id: SYSTEM_ID, name: 'Portico', roles: [] };
/** The actor of a request without a session. */
export const NOBODY: Actor = { kind: 'nobody', id: SYSTEM_ID, name: '', roles: [] };
