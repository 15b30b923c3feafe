import type { ReturnStatus } from './lead-return.model.ts';

/** A lead counts as returned while its return is pending or approved. */
export const isReturned = (status: ReturnStatus): boolean => status === 'pending' || status === 'approved';

/** The Return Status, of which there are exactly three; a return that was withdrawn has none. */
export const returnStatusOf = (status: ReturnStatus): Exclude<ReturnStatus, 'withdrawn'> | null => (status === 'withdrawn' ? null : status);
