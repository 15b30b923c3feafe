import { useLocation } from '@remix-run/react';
import { type RefObject, useEffect, useState } from 'react';

const boxesOf = (table: HTMLTableElement | null): HTMLInputElement[] => [
  ...(table?.querySelectorAll<HTMLInputElement>('tbody .ui-pick input:not(:disabled)') ?? []),
];
const pickedIn = (table: HTMLTableElement | null): readonly string[] =>
  boxesOf(table)
    .filter((box) => box.checked)
    .map((box) => box.value);

/** What is picked in a table. */
interface Picks {
  /** The keys of the picked rows, in their order. */
  readonly picked: readonly string[];
  /** Every row that can be picked is. */
  readonly all: boolean;
  readonly pickAll: (on: boolean) => void;
}

/** The picked rows of a table, and a way to pick all or none. Shift picks all rows between two presses. */
export function usePicks(table: RefObject<HTMLTableElement>): Picks {
  const { key } = useLocation();
  const [{ picked, of }, setPicks] = useState<{ picked: readonly string[]; of: number }>({ picked: [], of: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew with every answer of the server, which changes the key: decided rows are gone.
  useEffect(() => {
    const element = table.current;
    const recount = () => setPicks({ picked: pickedIn(element), of: boxesOf(element).length });
    let last = -1;
    const press = (event: MouseEvent) => {
      const boxes = boxesOf(element);
      const at = boxes.indexOf(event.target as HTMLInputElement);
      if (at < 0) return;
      const isOn = boxes[at]?.checked ?? false;
      if (event.shiftKey && last >= 0) for (const box of boxes.slice(Math.min(last, at), Math.max(last, at))) box.checked = isOn;
      last = at;
      recount();
    };
    recount();
    element?.addEventListener('click', press);
    element?.addEventListener('change', recount);
    return () => {
      element?.removeEventListener('click', press);
      element?.removeEventListener('change', recount);
    };
  }, [table, key]);
  const pickAll = (on: boolean) => {
    for (const box of boxesOf(table.current)) box.checked = on;
    setPicks({ picked: pickedIn(table.current), of });
  };
  return { picked, all: picked.length > 0 && picked.length === of, pickAll };
}
