/** Parameters as the SDK sends them: `a=1&metadata[x]=y&expand[0]=z` is `{ a: '1', metadata: { x: 'y' }, expand: { 0: 'z' } }`. */
export interface Parameters {
  [name: string]: string | Parameters;
}

const deepest = 5;

/** Reads a query or an urlencoded body. Nothing here comes from a prototype, whatever the names are. */
export function parseForm(text: string): Parameters {
  const found = nothing();
  if (text === '') return found;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const name = decode(cut === -1 ? pair : pair.slice(0, cut));
    const value = cut === -1 ? '' : decode(pair.slice(cut + 1));
    const bracket = name.indexOf('[');
    if (bracket <= 0) found[name] = value;
    else
      putDeep(
        found,
        [
          name.slice(0, bracket),
          ...name
            .slice(bracket + 1)
            .replace(/\]$/, '')
            .split(']['),
        ],
        value,
      );
  }
  return found;
}

const nothing = (): Parameters => Object.create(null) as Parameters;

function putDeep(into: Parameters, path: string[], value: string): void {
  let place = into;
  for (const name of path.slice(0, Math.min(path.length, deepest) - 1)) {
    const known = place[name];
    place = typeof known === 'object' ? known : (place[name] = nothing());
  }
  const last = path.at(-1)!;
  place[last === '' ? String(Object.keys(place).length) : last] = value; // `expand[]=x`
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text; // a lone % is a %
  }
}
