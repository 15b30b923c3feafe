import type { ComponentType } from 'react';
import { PartNotAvailable } from '@portico/ui';
import type { OpenedView } from './open-view.tsx';

/** The component of a part: its view once that is there, a calm notice when it cannot be had. */
export function partOf({ read }: OpenedView): ComponentType<object> {
  return function Part(props) {
    const View = read();
    return View ? <View {...props} /> : <PartNotAvailable />;
  };
}
