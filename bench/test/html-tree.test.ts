import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { comparable, type HtmlElement, type HtmlNode, parseHtml } from '../html-tree.ts';

const text = (node: HtmlNode): string => (typeof node === 'string' ? node : node.children.map(text).join(''));
const find = (node: HtmlElement, tag: string): HtmlElement | undefined => {
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    const found = child.tag === tag ? child : find(child, tag);
    if (found) return found;
  }
  return undefined;
};

describe('a page taken apart', () => {
  it('has its elements, attributes and texts as they were before they were escaped', () => {
    const html = renderToStaticMarkup(
      createElement('p', { title: 'a "b" & <c>' }, "it's ", createElement('input', { disabled: true, defaultValue: '' }), '<5 & more'),
    );
    const page = parseHtml(html);
    expect(find(page, 'p')?.attributes).toEqual({ title: 'a "b" & <c>' });
    expect(find(page, 'input')?.attributes).toEqual({ disabled: '', value: '' });
    expect(text(page)).toBe("it's <5 & more");
  });

  it('keeps what stands in scripts and leaves comments out', () => {
    const page = parseHtml('<!DOCTYPE html><div><!--$--><script>if (1 < 2 && "</p>") {}</script><!--/$--></div>');
    expect(find(page, 'div')?.children).toHaveLength(1);
    expect(find(page, 'script')?.children).toEqual(['if (1 < 2 && "</p>") {}']);
  });

  it.each(['<p><b></p>', '<p>', '</p>', '<p title=bare></p>'])('that React would not write is refused: %s', (html) => {
    expect(() => parseHtml(html)).toThrow();
  });

  it('is the same page with another nonce and other scripts, and another with another word', () => {
    const page = (nonce: string, word: string) => `<p>${word}<!-- --></p><script nonce="${nonce}">say("${nonce}")</script>`;
    expect(comparable(page('a', 'Leads'))).toBe(comparable(page('b', 'Leads')));
    expect(comparable(page('a', 'Leads'))).not.toBe(comparable(page('a', 'Orders')));
  });
});
