/**
 * The little that script adds: keys, and pop-ups that close by themselves. Everything works without it.
 * Single-letter keys never fire in inputs and can be switched off (WCAG 2.1.4).
 */
import { type RefObject, useEffect, useRef, useState } from 'react';

const SWITCH = 'portico.letter-keys';
/** The id of the sheet that `?` opens. */
export const KEY_SHEET = 'keyboard-sheet';

/** Whether single-letter keys are on in this browser. */
function areLetterKeysOn(): boolean {
  try {
    return localStorage.getItem(SWITCH) !== 'off';
  } catch {
    // Storage is forbidden in some private windows; keys then keep their default.
    return true;
  }
}

/** State and setter of the switch for single-letter keys; kept in this browser. */
export function useLetterKeys(): readonly [boolean, (on: boolean) => void] {
  const [isOn, setOn] = useState(true);
  useEffect(() => setOn(areLetterKeysOn()), []);
  const change = (on: boolean) => {
    setOn(on);
    localStorage.setItem(SWITCH, on ? 'on' : 'off');
  };
  return [isOn, change];
}

/** Whether a key press belongs to what the person is typing in, to a dialog, or to the browser. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog, [role=textbox]')) return true;
  return target.matches('textarea, select') || (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'radio');
}

function onLetter(handle: (key: string, event: KeyboardEvent) => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (!isTaken(event) && areLetterKeysOn()) handle(event.key, event);
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

/** `/` goes to the search box, `?` opens the sheet of keys. */
export function useFrameKeys(): void {
  useEffect(
    () =>
      onLetter((key, event) => {
        if (key === '/') {
          const search = document.querySelector<HTMLElement>('[data-search]');
          search?.focus();
          if (search) event.preventDefault();
        }
        if (key === '?') {
          const sheet = document.getElementById(KEY_SHEET);
          if (sheet instanceof HTMLDialogElement) sheet.showModal();
        }
      }),
    [],
  );
}

/** Unfolded menus below an element close on Esc, on a press elsewhere, and when `place` changes (the page's address). */
export function useClosingPops(root: RefObject<HTMLElement>, place: string): void {
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    for (const pop of root.current?.querySelectorAll<HTMLDetailsElement>('details.ui-pop[open]') ?? []) pop.open = false;
  }, [root, place]);
  useEffect(() => {
    const opened = () => [...(root.current?.querySelectorAll<HTMLDetailsElement>('details.ui-pop[open]') ?? [])];
    const onPress = (event: PointerEvent) => {
      for (const pop of opened()) if (!pop.contains(event.target as Node)) pop.open = false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      for (const pop of opened()) {
        pop.open = false;
        pop.querySelector('summary')?.focus();
      }
    };
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, [root]);
}

/**
 * Keys of a list: `J`/`K` or arrows move through the rows, `X` picks the row, `Enter` opens its first link, any other
 * letter presses the row's button with that `data-row-key`. `DataTable keys` does this by itself.
 */
export function useRowKeys(table: RefObject<HTMLTableElement>, isOn = true): void {
  useEffect(() => {
    if (!isOn) return;
    return onLetter((key, event) => {
      const rows = [...(table.current?.querySelectorAll<HTMLTableRowElement>('tbody tr') ?? [])];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      if (pressRowKey(rows, at, key)) event.preventDefault();
    });
  }, [table, isOn]);
}

/** Does what a key asks for; false when it means nothing here. */
function pressRowKey(rows: readonly HTMLTableRowElement[], at: number, key: string): boolean {
  const letter = key.toLowerCase();
  const step = { j: 1, arrowdown: 1, k: -1, arrowup: -1 }[letter];
  if (step !== undefined) {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
    return next !== undefined;
  }
  const row = rows[at];
  if (!row) return false;
  const isRowItself = document.activeElement === row;
  const target =
    letter === 'x'
      ? row.querySelector<HTMLElement>('.ui-pick input')
      : letter === 'enter'
        ? isRowItself
          ? row.querySelector<HTMLElement>('a[href]')
          : null
        : /^[a-z]$/.test(letter)
          ? row.querySelector<HTMLElement>(`[data-row-key="${letter}"]`)
          : null;
  target?.click();
  return target !== null;
}
