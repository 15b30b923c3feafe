/** A piece of a page: text, or an element with its attributes as they were written. */
export type HtmlNode = string | HtmlElement;
export interface HtmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly HtmlNode[];
}

const EMPTY = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
/** What stands in these is no markup. */
const RAW = new Set(['script', 'style']);

/**
 * Takes apart a page as React writes it: every tag closed, every attribute in double quotes. Comments, which React puts
 * between its parts, are left out. Throws on anything else: it is no reader of the web's pages.
 */
export function parseHtml(html: string): HtmlElement {
  const stack: { tag: string; attributes: Record<string, string>; children: HtmlNode[] }[] = [{ tag: '', attributes: {}, children: [] }];
  const add = (node: HtmlNode): void => void stack.at(-1)!.children.push(node);
  const token = /<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|<\/([a-zA-Z0-9]+)>|<([a-zA-Z0-9]+)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let match = token.exec(html); match; match = token.exec(html)) {
    const [, closed, opened, attributes = '', , text] = match;
    if (text !== undefined) add(decoded(text));
    if (opened !== undefined) {
      const element = { tag: opened, attributes: attributesOf(attributes), children: [] as HtmlNode[] };
      add(element);
      if (RAW.has(opened)) token.lastIndex = readRaw(html, token.lastIndex, element);
      else if (!EMPTY.has(opened)) stack.push(element);
    }
    if (closed !== undefined && stack.pop()?.tag !== closed) throw new Error(`</${closed}> closes nothing`);
    end = token.lastIndex;
  }
  if (end !== html.length) throw new Error(`this is not as React writes it: ${html.slice(end, end + 60)}`);
  if (stack.length !== 1) throw new Error(`<${stack.at(-1)!.tag}> is not closed`);
  return stack[0]!;
}

function readRaw(html: string, from: number, element: { tag: string; children: HtmlNode[] }): number {
  const end = html.indexOf(`</${element.tag}>`, from);
  if (end < 0) throw new Error(`<${element.tag}> is not closed`);
  element.children.push(html.slice(from, end));
  return end + `</${element.tag}>`.length;
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decoded(value)]));

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" };
const decoded = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity]!);

/** A page without what differs from answer to answer: comments, nonces, and what scripts say. For comparing two of them. */
export const comparable = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/ nonce="[^"]*"/g, '')
    .replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1</script>');
