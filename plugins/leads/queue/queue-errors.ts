import { defineError } from '@portico/kit';

/** Somebody else has called, the plan is being cancelled, or the lead left the call queue. */
export class EntryNotQueued extends defineError('leads.entry-not-queued', 409) {}
