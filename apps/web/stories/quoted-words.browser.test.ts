import { expect, test } from 'vitest';
import { demoBusinesses, looks, onScreen, signInOf } from '@portico/testing/browser';

/** Words that the stories quote, where a person looks for them: pages, menu entries, headings of columns, links, buttons, boxes. */
const QUOTED = [
  { path: '/leads', title: 'Leads', columns: ['Received', 'Name', 'Type', 'Status', 'Town', 'Assignee'], links: ['Open Lead'], filters: ['Filter'] },
  {
    path: '/leads/orders',
    title: 'Orders',
    columns: [
      ...['Order ID', 'Start Date', 'End Date', 'Status', 'Renewal', 'Auto Charge', 'Order Total', 'Amount Received', 'Remaining', 'Cost', 'Amount Paid'],
    ],
    links: [],
    filters: [],
  },
  { path: '/returns', title: 'Returns', columns: ['Status', 'Return Status', 'Return Date', 'Return Reason', 'Decision by'], links: [], filters: [] },
  { path: '/accounts/users', title: 'Users', columns: ['Admin Access', 'View Downline', 'Enabled'], links: ['+New'], filters: [] },
];

const wide = looks.find(({ width, theme }) => width === 1280 && theme === 'light')!;

test.each(QUOTED)('the words that the stories quote are the accessible names: $title', ({ path, title, columns, links, filters }) =>
  onScreen('quoted-words', wide, async (screen) => {
    const [business] = demoBusinesses();
    const page = await screen.signIn(business, signInOf(business, 'account-admin'));
    await screen.go(business, path);
    expect(await page.getByRole('heading', { level: 1, name: title, exact: true }).count()).toBe(1);
    expect(await page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name: title, exact: true }).count()).toBe(1);
    for (const column of columns) expect([column, await page.getByRole('columnheader', { name: column, exact: true }).count()]).toEqual([column, 1]);
    for (const link of links) expect([link, (await page.getByRole('link', { name: link, exact: true }).count()) > 0]).toEqual([link, true]);
    for (const button of filters) expect([button, await page.getByRole('button', { name: button, exact: true }).count()]).toEqual([button, 1]);
  }),
);
