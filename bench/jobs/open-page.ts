import type { BenchBusiness } from '../businesses.ts';
import type { Call } from '../drive.ts';
import { comparable } from '../html-tree.ts';
import type { Figure } from '../measure.ts';
import type { Stand } from '../stand.ts';

const CONNECTIONS = 8;

const pageCall = ({ host, session }: BenchBusiness): Call => ({ host, path: '/leads', headers: { cookie: `__Host-portico=${session}` } });

/** B8: the portal's leads page as the account admin of each business opens it: signed in, branded, 50 rows. */
export async function measurePages(stand: Stand, operations: number): Promise<Figure> {
  await demandSamePages(stand);
  const calls = stand.businesses.map(pageCall);
  return stand.measure('B8 leads page', {
    operations,
    run: (side) =>
      stand.drivers[side].closedLoop(
        operations,
        CONNECTIONS,
        (at) => calls[at % calls.length]!,
        (_, { status }) => {
          if (status !== 200) throw new Error(`a page answered ${status}`);
        },
      ),
  });
}

/** Both sides show the same document, and in it the 50 leads that the rows say, in their order. */
async function demandSamePages({ installation, businesses, drivers }: Stand): Promise<void> {
  for (const business of businesses) {
    const { rows } = await installation.superuser.query<{ id: string }>(
      'select id from leads.leads where tenant_id = $1 and account_id = $2 order by received_at desc, id desc limit 50',
      [business.tenant.id, business.account.id],
    );
    const product = comparable((await drivers.product.call(pageCall(business))).text);
    const shown = [...product.matchAll(/id="lead-([0-9a-f-]{36})"/g)].map(([, id]) => id);
    if (shown.join() !== rows.map(({ id }) => id).join()) throw new Error(`${business.host}: the page does not show the 50 newest leads`);
    const twin = comparable((await drivers.twin.call(pageCall(business))).text);
    if (twin !== product) throw new Error(`${business.host}: the twin's page differs from the product's ${differenceOf(product, twin)}`);
  }
}

function differenceOf(one: string, other: string): string {
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return `at ${at}: …${one.slice(Math.max(0, at - 60), at + 80)}… / …${other.slice(Math.max(0, at - 60), at + 80)}…`;
}
