import { type ComponentType, lazy } from 'react';

/** A view that is imported when it is needed, behind a wall. */
export interface OpenedView {
  readonly View: ComponentType<any>;
  /** What it threw while it was imported, or why it is no view; undefined when it is well. */
  failure(): Promise<unknown>;
}

/**
 * Imports a view: at once on the server and for the page in view, else when it is first drawn. What it throws is kept: the
 * page says so in its frame, and every other page is well.
 */
export function openView(load: () => Promise<object>, when: 'at once' | 'when drawn' = 'when drawn'): OpenedView {
  let view: ComponentType<any> | undefined;
  let opening: Promise<unknown> | undefined;
  const open = (): Promise<unknown> => {
    opening ??= load().then(
      (module) => {
        view = (module as { readonly default?: ComponentType<any> }).default;
        return typeof view === 'function' ? undefined : new TypeError('the view has no default export that is a component');
      },
      (error: unknown) => error ?? new Error('the view could not be imported'),
    );
    return opening;
  };
  const Late = lazy(async () => {
    const failure = await open();
    if (failure) throw failure;
    return { default: view! };
  });
  // Once it is there it is drawn without waiting; only the first time React has to wait for it.
  const View = (props: object) => {
    const Drawn = view ?? Late;
    return <Drawn {...props} />;
  };
  if (when === 'at once' || typeof document === 'undefined') void open();
  return { View, failure: open };
}
