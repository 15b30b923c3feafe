/** Errors of the way of a request itself; each is a line of docs/errors.md. */
import { defineError } from '@portico/kit';

/** An unsafe request that does not prove that it comes from this very origin. */
export class CrossSite extends defineError('portico.cross-site', 403) {}
/** A session cookie and an API key in one request: it is not clear who acts. */
export class TwoCredentials extends defineError('portico.two-credentials', 400) {}
/** A parameter that addresses one part of a page, which no page of ours sends. */
export class PartOfPage extends defineError('portico.part-of-page', 400) {}
/** A body of a kind that is not taken here. */
export class WrongMediaType extends defineError('portico.wrong-media-type', 415) {}
/** A body of more than 1 MiB. */
export class BodyTooLarge extends defineError('portico.body-too-large', 413) {}
/** A body that is no JSON. */
export class MalformedJson extends defineError('portico.malformed-json', 400) {}
/** A form that cannot be taken apart. */
export class MalformedForm extends defineError('portico.malformed-form', 400) {}
/** An Idempotency-Key that was used for another request. */
export class KeyReused extends defineError('portico.key-reused', 409) {}
/** An Idempotency-Key whose first request has not been answered yet. */
export class KeyInFlight extends defineError('portico.key-in-flight', 409) {}
/** The first request with an Idempotency-Key was carried out, and its answer is not to be had any more. */
export class AnswerNotKept extends defineError('portico.answer-not-kept', 409) {}
/** A page or form took longer than it may. */
export class TooSlow extends defineError('portico.too-slow', 503) {}
/** The password was set by somebody else: it must be changed before anything else. */
export class PasswordChangeNeeded extends defineError('portico.password-change-needed', 403) {}
