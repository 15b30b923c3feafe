import { defineError } from './errors.ts';
import type { Id, Instant, TextKey } from './ids.ts';
import type { Tx } from './server.ts';

/** One line of what a change will do, or has done, in words. */
export interface EffectLine {
  readonly text: TextKey;
  /** Nothing that counts down, and no text in words: the keys and values of the lines are what people confirm. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Cannot be taken back. */
  readonly final?: boolean;
}

/** How a plugin takes part in another's change. All of it speaks in the participant's name. */
export interface EffectWork<Change> {
  /** The lines shown before the button. Reads only: its transaction refuses to write. No lines: nothing to do as things stand. */
  foresee(tx: Tx, change: Change): Promise<readonly EffectLine[]>;
  /**
   * What must stand still while the change can still be undone, in the very transaction that begins the change. Should it
   * fail, what it wrote is taken back and noted, and the change goes on without it.
   */
  hold?(tx: Tx, change: Change, cause: Id): Promise<void>;
  /** Lifts what `hold` did, in the very transaction that takes the change back before it took effect. */
  release?(tx: Tx, change: Change, cause: Id): Promise<void>;
  /**
   * Once for each cause, in one transaction with its row; acts on what is there by then. Answers what really happened, when
   * that may differ from what was shown. One that throws is tried again until it succeeds.
   */
  apply(tx: Tx, change: Change, cause: Id): Promise<readonly EffectLine[] | void>;
  /** Takes back what was applied. Absent: its lines say on screen that this cannot be taken back. */
  revert?(tx: Tx, change: Change, cause: Id): Promise<void>;
}

/** What one plugin says about a change that has not begun. */
export interface ForeseenPart {
  readonly pluginId: string;
  /** The plugin's name. */
  readonly title: TextKey;
  /** Those of a plugin without `revert` are all `final`. */
  readonly lines: readonly EffectLine[];
  /** Whether it can be taken back once it was applied. */
  readonly revertible: boolean;
  /** It could not be asked: it threw, was late or answered nonsense. Its one line says so calmly. */
  readonly failed?: true;
}

/** Every enabled plugin's lines about a change, in the business's order, and the token that confirms them. */
export interface Foreseen {
  readonly parts: readonly ForeseenPart[];
  /** A hash of business, point, subject, and the keys and values of all lines. Equal facts give equal tokens. */
  readonly token: string;
}

/** What a change is frozen with when it begins. */
export interface Freeze<Change> {
  /** What the change is for: the id of a row of the caller, unique at this business. */
  readonly cause: Id;
  readonly subject: Id;
  readonly change: Change;
  /** As it was foreseen just before this transaction, and confirmed. */
  readonly foreseen: Foreseen;
}

/**
 * Where a participant's share stands: *frozen* until the change takes effect, *failed* while it is tried again, *skipped*
 * when its plugin was switched off by then.
 */
export type EffectState = 'frozen' | 'applied' | 'failed' | 'skipped' | 'released' | 'reverted';

/** One participant's share of a change that has begun. */
export interface FrozenEffect {
  readonly id: Id;
  readonly pluginId: string;
  readonly title: TextKey;
  readonly point: string;
  readonly subject: Id;
  readonly state: EffectState;
  /** Whether something of it stands still now; `failed`: it should, and could not. */
  readonly hold: 'none' | 'held' | 'failed';
  /** The lines as they were shown before the button. */
  readonly shown: readonly EffectLine[];
  /** The lines of what really happened; those that were shown, when the participant said nothing else. Empty before. */
  readonly applied: readonly EffectLine[];
  /** What really happened is not what was shown. */
  readonly differs: boolean;
  /** Whether it could be taken back if it were applied: its plugin is on here and has a `revert`. */
  readonly revertible: boolean;
  /** Tries of `apply` that failed. */
  readonly tries: number;
  readonly frozenAt: Instant;
  /** When it came to its state. */
  readonly at: Instant;
}

/** What came of taking back one participant's share. *cannot*: it has no `revert`, or is switched off. */
export interface RevertedEffect {
  readonly pluginId: string;
  readonly title: TextKey;
  readonly outcome: 'reverted' | 'cannot' | 'failed';
}

/** Some of what takes part in a change already took effect: it is not undone any more, only taken back. */
export class EffectsApplied extends defineError('portico.effects-applied', 409) {}
/** Not every participant of a change could do its share yet. */
export class EffectsPending extends defineError('portico.effects-pending', 503) {}

/**
 * What was confirmed is no longer what will happen; nothing was done. A page shows itself again, and its `load` foresees
 * anew: the new list and its token come from there. By API the new list travels in the problem as `foreseen`.
 */
export class FactsChanged extends defineError('portico.facts-changed', 409) {
  constructor(readonly foreseen: Foreseen) {
    super();
  }
}

/** Throws FactsChanged when what was confirmed (the token of a page or call) is not what is foreseen now. */
export function demandConfirmed(seen: Foreseen, token: string): void {
  if (seen.token !== token) throw new FactsChanged(seen);
}
