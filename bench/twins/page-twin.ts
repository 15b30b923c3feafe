import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type pg from 'pg';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import type { HtmlElement, HtmlNode } from '../html-tree.ts';
import type { TwinConfig } from './config.ts';
import { hashOf, prepared } from './known-caller.ts';
import { follow, standIns } from './list-twin.ts';

const CALLER = `select m.account_id from portico.sessions s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id and u.enabled
  join accounts.members m on m.tenant_id = s.tenant_id and m.user_id = s.user_id and m.enabled
  where s.tenant_id = $1 and s.token_hash = $2 and s.expires_at > $3`;

/** What a page is drawn with: the nonce of this answer, and the data that goes along for the browser. */
interface Drawing {
  readonly nonce: string;
  readonly data: string;
}

/** `GET /leads` of an account admin: who it is, the page's statements, and the same HTML by `renderToString` in one go. */
export function pageTwin(pool: pg.Pool, { tenants, page, pages }: TwinConfig): RequestHandler {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const host = request.headers.host!;
    const tenant = tenants[host]!.id;
    const session = /__Host-portico=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const [caller] = await prepared<{ account_id: string }>(pool, CALLER, [tenant, hashOf(session), new Date()]);
    if (!caller) return void response.redirect(303, '/sign-in');
    const data = await follow(pool, page, standIns(tenant, caller.account_id));
    const drawing = { nonce: randomBytes(15).toString('base64'), data: JSON.stringify(data).replaceAll('<', '\\u003c') };
    const html = `<!DOCTYPE html>${renderToString(createElement(Page, { root: pages[host]!, drawing }))}`;
    response.type('html').send(html);
  };
  return (request, response, next) => {
    answer(request, response).catch(next);
  };
}

const Page = ({ root, drawing }: { root: HtmlElement; drawing: Drawing }) =>
  root.children.map((child, at) => draw(child, drawing, at)) as unknown as JSX.Element;

// A row and a cell are components, as they would be in a page that somebody writes.
const Row = ({ element, drawing }: { element: HtmlElement; drawing: Drawing }) => plain(element, drawing);
const Cell = ({ element, drawing }: { element: HtmlElement; drawing: Drawing }) => plain(element, drawing);

function draw(node: HtmlNode, drawing: Drawing, key: number): ReactNode {
  if (typeof node === 'string') return node;
  if (node.tag === 'tr') return createElement(Row, { key, element: node, drawing });
  if (node.tag === 'td') return createElement(Cell, { key, element: node, drawing });
  return plain(node, drawing, key);
}

function plain({ tag, attributes, children }: HtmlElement, drawing: Drawing, key?: number) {
  const props: Record<string, unknown> = { ...propsOf(tag, attributes), key };
  if (attributes.nonce !== undefined) props.nonce = drawing.nonce;
  if (tag !== 'script' && tag !== 'style') return createElement(tag, props, ...children.map((child, at) => draw(child, drawing, at)));
  const text = String(children[0] ?? '');
  // what the product sends for the browser's own drawing goes along here too
  const raw = text.startsWith('window.__remixContext.streamController.enqueue') ? `window.data = ${drawing.data}` : text;
  return createElement(tag, { ...props, dangerouslySetInnerHTML: { __html: raw } });
}

const kept = new WeakMap<object, Record<string, unknown>>();
const NAMES: Readonly<Record<string, string>> = { class: 'className', for: 'htmlFor' };
const SWITCHES = new Set(['async', 'autofocus', 'checked', 'disabled', 'hidden', 'multiple', 'open', 'readOnly', 'required', 'selected']);

// Attributes of a tree never change: somebody who writes a page has them as constants.
function propsOf(tag: string, attributes: HtmlElement['attributes']): Record<string, unknown> {
  const known = kept.get(attributes);
  if (known) return known;
  const props = Object.fromEntries(Object.entries(attributes).map(([name, value]) => prop(tag, name, value)));
  kept.set(attributes, props);
  return props;
}

function prop(tag: string, name: string, value: string): [string, unknown] {
  if (name === 'style')
    return [
      'style',
      Object.fromEntries(
        value
          .split(';')
          .filter(Boolean)
          .map((one) =>
            one
              .split(/:(.*)/s)
              .slice(0, 2)
              .map((part, at) => (at === 0 && !part.startsWith('--') ? part.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) : part)),
          ),
      ),
    ];
  if (SWITCHES.has(name)) return [name === 'checked' && tag === 'input' ? 'defaultChecked' : name, true];
  if (name === 'value' && tag === 'input') return ['defaultValue', value];
  return [NAMES[name] ?? name, value];
}
