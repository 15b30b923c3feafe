import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inputsWithoutLabel, openBrowser } from '../browser/index.ts';

let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  context = await (await openBrowser()).newContext();
  page = await context.newPage();
});
afterAll(() => context.close());

/** The marks of the inputs that are told on, as they stand in the page. */
async function toldOn(body: string): Promise<string[]> {
  await page.setContent(`<style>.ui-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden }</style>${body}`);
  return (await inputsWithoutLabel(page)).map((html) => /id="(\w+)"/.exec(html)?.[1] ?? html);
}

test('an input is told on unless its label is seen', async () => {
  expect(await toldOn('<label for="seen">Name</label><input id="seen"><input id="none">')).toEqual(['none']);
  expect(await toldOn('<label>Name <input id="around"></label><label><input id="empty"></label>')).toEqual(['empty']);
});

test('a placeholder, a hidden caption, and the options of a select are no label', async () => {
  expect(await toldOn('<input id="placeholder" placeholder="Name" aria-label="Name">')).toEqual(['placeholder']);
  expect(await toldOn('<label><span class="ui-hidden">Search</span><input id="search" type="search"></label>')).toEqual(['search']);
  expect(await toldOn('<label><span class="ui-hidden">Type</span><select id="select"><option>All types</option></select></label>')).toEqual(['select']);
  expect(await toldOn('<label><span>Type</span><select id="select"><option>All types</option></select></label>')).toEqual([]);
});

test('the tick box of a row and a colour well need a name, other inputs in a row a label', async () => {
  const row = (inside: string) => `<table><tr><td>${inside}</td><td>Maren Oduya</td></tr></table>`;
  expect(await toldOn(row('<input id="pick" type="checkbox" aria-label="Pick Maren Oduya">'))).toEqual([]);
  expect(await toldOn(row('<input id="pick" type="checkbox">'))).toEqual(['pick']);
  expect(await toldOn(row('<input id="reason" aria-label="Reason">'))).toEqual(['reason']);
  expect(await toldOn('<input id="well" type="color" aria-label="Pick the colour"><input id="bare" type="color">')).toEqual(['bare']);
});
