import { defineError } from '@portico/kit';

/** A plan that was sold, or could have been, stays what it was: only drafts are changed. */
export class PlanNotDraft extends defineError('billing.plan-not-draft', 409) {}

/** An archived plan is archived for good. */
export class PlanArchived extends defineError('billing.plan-archived', 409) {}

/** A form that has created a plan came again with another one in it. */
export class PlanFormUsed extends defineError('billing.plan-form-used', 409) {}
