/** Errors of a product that has too much to do, or lacks a part: whoever asked may come back. */
import { defineError } from '@portico/kit';

/** Too much is waiting already; `seconds` until trying again makes sense. */
export class Overloaded extends defineError('portico.overloaded', 503) {}
/** A part of the product cannot be reached at the moment. */
export class Unavailable extends defineError('portico.unavailable', 503) {}
