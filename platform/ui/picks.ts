import { useLocation } from '@remix-run/react';
import { type RefObject, useEffect, useState } from 'react';

const boxesOf = (table: HTMLTableElement | null): HTMLInputElement[] => [
  ...(table?.querySelectorAll<HTMLInputElement>('tbody .ui-pick input:not(:disabled)') ?? []),
];
const countOf = (table: HTMLTableElement | null): number => boxesOf(table).filter((box) => box.checked).length;

/** The picked rows of a table: how many, and a way to pick all or none. Shift picks all rows between two presses. */
export function usePicks(table: RefObject<HTMLTableElement>): { readonly count: number; readonly all: boolean; readonly pickAll: (on: boolean) => void } {
  const { key } = useLocation();
  const [{ count, of }, setCount] = useState({ count: 0, of: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew with every answer of the server, which changes the key: decided rows are gone.
  useEffect(() => {
    const element = table.current;
    const recount = () => setCount({ count: countOf(element), of: boxesOf(element).length });
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
    setCount({ count: countOf(table.current), of });
  };
  return { count, all: count > 0 && count === of, pickAll };
}
