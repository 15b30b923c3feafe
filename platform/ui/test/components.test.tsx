import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router-dom/server.js';
import { describe, expect, test } from 'vitest';
import {
  DataTable,
  FormArea,
  PageBar,
  PasswordField,
  RadioGroup,
  SelectField,
  Slot,
  SlotViewsProvider,
  SwitchField,
  TextField,
  Timeline,
  Toolbar,
  useSlotFills,
} from '../index.ts';
import { sampleRoutes } from './sample-routes.tsx';

/** The markup that the server sends for some components at an address, without React's own comments. */
async function htmlOf(children: ReactNode, address = '/leads'): Promise<string> {
  const handler = createStaticHandler(sampleRoutes(() => children));
  const context = await handler.query(new Request(`http://sample.test${address}`));
  if (context instanceof Response) throw new Error('nothing redirects here');
  const router = createStaticRouter(handler.dataRoutes, context);
  return renderToString(<StaticRouterProvider router={router} context={context} hydrate={false} />).replaceAll('<!-- -->', '');
}

/** The first tag that has these words, attributes included. */
const tagWith = (html: string, words: string): string => html.match(new RegExp(`<[^>]*${words}[^>]*>`))?.[0] ?? `no tag with ${words} in ${html}`;

const rows = [
  { id: '1', name: 'Maren Oduya', town: 'Gresham' },
  { id: '2', name: 'Theo Lindqvist', town: 'Portland' },
];
const columns = [
  { key: 'name', header: 'Name', sort: true, cell: (row: (typeof rows)[number]) => <a href={`/leads/${row.id}`}>{row.name}</a> },
  { key: 'town', header: 'Town', cell: (row: (typeof rows)[number]) => row.town },
];
const table = { caption: 'Leads', rows, columns, rowKey: (row: (typeof rows)[number]) => row.id };

describe('a table', () => {
  test('has a caption, and a cell knows its header, so that it can become a labelled card', async () => {
    const html = await htmlOf(<DataTable {...table} />);
    expect(html).toContain('>Leads</caption>');
    expect(html).toContain('<td data-label="Town">Gresham</td>');
  });

  test('says how it is sorted, and its header leads to the next order with the filters kept', async () => {
    const html = await htmlOf(<DataTable {...table} defaultSort="town" />, '/leads?q=port&sort=name&cursor=c');
    expect(tagWith(html, 'aria-sort')).toContain('aria-sort="ascending"');
    expect(html).toContain('href="/leads?q=port&amp;sort=-name"');
  });

  test('picked rows belong to the bulk form, though they stand outside it', async () => {
    const html = await htmlOf(<DataTable {...table} selection={{ label: (row) => `Pick ${row.name}`, bar: <button type="submit">Approve</button> }} />);
    const form = /<form[^>]*id="([^"]+)"/.exec(html)?.[1];
    expect(tagWith(html, 'Pick Maren Oduya')).toContain(`form="${form}"`);
    expect(tagWith(html, 'Pick Theo Lindqvist')).toMatch(/name="ids".*value="2"/);
  });

  test('without rows there is what stands for emptiness, and no table', async () => {
    const html = await htmlOf(<DataTable {...table} rows={[]} empty={<p>No leads yet</p>} />);
    expect(html).toContain('No leads yet');
    expect(html).not.toContain('<table');
  });
});

describe('a toolbar', () => {
  const filters = [{ kind: 'select', name: 'type', label: 'Type', all: 'All types', options: [{ value: 'roofing', label: 'Roofing' }] }] as const;

  test('is a GET form that keeps the order, shows what is on, and forgets the place', async () => {
    const html = await htmlOf(<Toolbar search={{}} filters={filters} />, '/leads?q=port&type=roofing&sort=-name&cursor=c');
    expect(tagWith(html, 'method="get"')).toContain('action="/leads"');
    expect(html).toContain('<input type="hidden" name="sort" value="-name"/>');
    expect(html).not.toContain('name="cursor"');
    expect(tagWith(html, 'name="q"')).toContain('value="port"');
    expect(html).toContain('<option value="roofing" selected="">');
    expect(tagWith(html, 'Remove filter Type: Roofing')).toContain('href="/leads?q=port&amp;sort=-name"');
    expect(html).toContain('href="/leads?sort=-name">Clear all');
  });

  test('what a filter says is text, never markup', async () => {
    const html = await htmlOf(<Toolbar search={{}} filters={filters} />, `/leads?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(html).not.toContain('<script>');
  });
});

describe('a bar of pages', () => {
  test('leads on with the rest of the address kept; the first page has no way back', async () => {
    const html = await htmlOf(<PageBar shown={50} total={1000} isFloor nextCursor="abc" />, '/leads?type=roofing');
    expect(html).toContain('Showing 50 of 1,000+');
    expect(html).toContain('href="/leads?type=roofing&amp;cursor=abc"');
    expect(tagWith(html, 'aria-disabled')).not.toContain('href');
  });
});

describe('a refused form', () => {
  const refusal = { fields: { email: 'Please give an e-mail address.' }, typed: { email: 'dana@', zone: 'b', kind: 'x', password: 'secret' } };
  const form = (
    <FormArea refusal={refusal} prefix="user">
      <TextField name="email" label="Email" hint="For the invitation." defaultValue="old@example.com" />
      <PasswordField name="password" label="Password" autoComplete="new-password" />
      <SelectField
        name="zone"
        label="Zone"
        options={[
          { value: 'a', label: 'A' },
          { value: 'b', label: 'B' },
        ]}
        defaultValue="a"
      />
      <RadioGroup
        name="kind"
        label="Kind"
        options={[
          { value: 'x', label: 'X' },
          { value: 'z', label: 'Z' },
        ]}
        defaultValue="z"
      />
      <SwitchField name="enabled" label="Enabled" defaultChecked />
    </FormArea>
  );

  test('says what is wrong at the field and leads there from its head', async () => {
    const html = await htmlOf(form);
    const input = tagWith(html, 'name="email"');
    expect(input).toContain('id="user-email"');
    expect(input).toContain('aria-invalid="true"');
    expect(input).toContain('aria-describedby="user-email-error user-email-hint"');
    expect(html).toContain('<a href="#user-email">Please give an e-mail address.</a>');
  });

  test('keeps what was typed, chosen and unticked, but no secret', async () => {
    const html = await htmlOf(form);
    expect(tagWith(html, 'name="email"')).toContain('value="dana@"');
    expect(html).toContain('<option value="b" selected="">');
    expect(tagWith(html, 'value="x"')).toContain('checked');
    expect(tagWith(html, 'value="z"')).not.toContain('checked');
    expect(tagWith(html, 'name="enabled"')).not.toContain('checked');
    expect(html).not.toContain('secret');
  });
});

describe('a timeline', () => {
  test('tells past, now and planned apart in words, and gives each time exactly', async () => {
    const html = await htmlOf(
      <Timeline
        past={[{ text: 'Requested', at: '2026-11-21T23:40:00.000Z' }]}
        now={{ text: 'Waiting' }}
        planned={[{ text: 'Approved', note: 'one lead back' }]}
      />,
    );
    expect(html.replaceAll(/<[^>]+>/g, '|')).toMatch(/Done: .*Requested.*Yesterday, 15:40.*Now: .*Waiting.*Planned: .*Approved.*one lead back/);
    expect(tagWith(html, '<time')).toContain('dateTime="2026-11-21T23:40:00.000Z"');
    expect(tagWith(html, '<time')).toMatch(/title="Saturday[^"]*15:40/);
  });
});

describe('a slot', () => {
  const Fine = ({ leadId, data }: { leadId: string; data: { note: string } }) => <p>{`${leadId}: ${data.note}`}</p>;
  const Broken = () => {
    throw new Error('planted');
  };
  const fill = { plugin: 'notes', view: 'note', title: 'Notes' };

  test('a part that throws costs only itself', async () => {
    const html = await htmlOf(
      <Slot
        fills={[
          { ...fill, View: Broken, data: { ok: true, value: {} } },
          { ...fill, view: 'other', View: Fine, data: { ok: true, value: { note: 'called' } } },
        ]}
        props={{ leadId: '7' }}
      />,
    );
    expect(html).toContain('This part is not available right now.');
    expect(html).toContain('7: called');
  });

  test('a part whose data could not be had is a notice, and is not rendered', async () => {
    const html = await htmlOf(<Slot fills={[{ ...fill, View: Fine, data: { ok: false } }]} props={{ leadId: '7' }} />);
    expect(html).toContain('This part is not available right now.');
  });

  test('nobody fills it: nothing at all', async () => {
    expect(await htmlOf(<Slot fills={[]} props={{}} />)).toBe('');
  });

  test('a form in it says whose it is by itself; one beside it, and one with an address of its own, do not', async () => {
    const Asks = () => (
      <>
        <FormArea prefix="asks">{null}</FormArea>
        <FormArea prefix="away" action="/elsewhere">
          {null}
        </FormArea>
      </>
    );
    const html = await htmlOf(
      <>
        <FormArea prefix="page">{null}</FormArea>
        <Slot fills={[{ ...fill, View: Asks, data: { ok: true, value: {} } }]} props={{}} />
      </>,
    );
    const hidden = [...html.matchAll(/<form[^>]*>(.*?)<\/form>/g)].map(([, inside]) => inside);
    expect(hidden).toEqual(['', `<input type="hidden" name="_part" value="${fill.plugin}/${fill.view}"/>`, '']);
  });

  test('a view of one name in portal and console is shown each in its own area', async () => {
    const views = { 'pond/portal/tab': () => <p>for customers</p>, 'pond/console/tab': () => <p>for staff</p> };
    const Page = ({ area }: { readonly area: 'portal' | 'console' }) => (
      <Slot fills={useSlotFills([{ pluginId: 'pond', area, view: 'tab', title: 'pond.tab', data: { ok: true, value: {} } }])} props={{}} />
    );
    const shown = (area: 'portal' | 'console') =>
      htmlOf(
        <SlotViewsProvider value={{ views }}>
          <Page area={area} />
        </SlotViewsProvider>,
      );
    expect(await shown('portal')).toContain('for customers');
    expect(await shown('console')).toContain('for staff');
  });
});
