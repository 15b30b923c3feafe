import { createContext, useContext } from 'react';

const PartContext = createContext<string | undefined>(undefined);

/** Says to the forms within a part of a slot which part they belong to: `<plugin id>/<view>`. */
export const PartProvider = PartContext.Provider;

/** The hidden field by which the host hands a page's form to the part that it stands in; nothing in the page's own forms. */
export function PartField() {
  const part = useContext(PartContext);
  return part === undefined ? null : <input type="hidden" name="_part" value={part} />;
}
