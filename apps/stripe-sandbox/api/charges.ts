import { type Answer, type Call, ofPath, show } from './call.ts';
import { readParameters } from './parameters.ts';

export function retrieveCharge(call: Call): Answer {
  readParameters({}, call.parameters);
  return show('charge', ofPath('charge', call));
}
