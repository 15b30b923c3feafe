import type { ComponentType } from 'react';

/** A view that is imported when it is needed, behind a wall. */
export interface OpenedView {
  /** The view, while it is drawn: waits for the import (React Suspense); undefined when it failed. */
  read(): ComponentType<any> | undefined;
  /** What it threw while it was imported, or why it is no view; undefined when it is well. */
  failure(): Promise<unknown>;
}

/**
 * Imports a view: at once on the server and for the page in view, else when it is first asked for. What it throws is kept:
 * the page says so in its frame, and every other page is well.
 */
export function openView(load: () => Promise<object>, when: 'at once' | 'when asked' = 'when asked'): OpenedView {
  let view: ComponentType<any> | undefined;
  let isOpen = false;
  let opening: Promise<unknown> | undefined;
  const open = (): Promise<unknown> => {
    opening ??= load()
      .then((module) => {
        view = componentOf(module);
        return view ? undefined : new TypeError('the view has no default export that is a component');
      })
      .catch((error: unknown) => error ?? new Error('the view could not be imported'))
      .finally(() => (isOpen = true));
    return opening;
  };
  if (when === 'at once' || typeof document === 'undefined') void open();
  return {
    failure: open,
    read() {
      if (!isOpen) throw open();
      return view;
    },
  };
}

function componentOf(module: object): ComponentType<any> | undefined {
  const { default: view } = module as { readonly default?: unknown };
  return typeof view === 'function' ? (view as ComponentType<any>) : undefined;
}
