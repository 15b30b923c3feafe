import { defineError } from '@portico/kit';

/** No order has the lead, so that nobody can give it back. Whoever may not see the lead gets NotFound. */
export class LeadNeverDelivered extends defineError('returns.never-delivered', 409) {}

/** The order that delivered the lead takes none back. */
export class ReturnsNotAccepted extends defineError('returns.not-accepted', 409) {}

/** The time in which the lead could be returned is over; `closedAt` says when (requirements 3.7). */
export class ReturnWindowClosed extends defineError('returns.window-closed', 409) {}

/** The lead has a pending or approved return already. */
export class AlreadyReturned extends defineError('returns.already-returned', 409) {}

/** As many leads of this order as the terms allow are returned or wait for a decision; `cap` is how many. */
export class ReturnCapReached extends defineError('returns.cap-reached', 409) {}

/** Somebody was faster: what stands is `outcome`, since `decidedAt`. */
export class AlreadyDecided extends defineError('returns.already-decided', 409) {}

/** The customer took the return back before it was decided. */
export class AlreadyWithdrawn extends defineError('returns.already-withdrawn', 409) {}
