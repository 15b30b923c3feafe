import type { ReactNode } from 'react';
import { createTexts, TextProvider } from '../index.ts';
import { NOW } from './samples.tsx';

const texts = createTexts('en-GB');

/** One route for everything: the sample, with its language, zone and now. */
export const sampleRoutes = (View: () => ReactNode) => [
  {
    path: '*',
    action: () => null,
    element: (
      <TextProvider i18n={texts} zone="America/Los_Angeles" now={NOW}>
        <View />
      </TextProvider>
    ),
  },
];
