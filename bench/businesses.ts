import { createTenant, newToken, NewTenant, tokenHash, type Core } from '@portico/core';
import { dayOf, daysAfter, type Id } from '@portico/kit';
import { sql, type Ctx, type Tenant } from '@portico/kit/server';
import { insertAccount } from '../plugins/accounts/account/create-account.ts';
import { createOrder } from '../plugins/leads/order/create-order.ts';
import { createSourceKey } from '../plugins/leads/source/create-source-key.ts';
import { createLeadSource } from '../plugins/leads/source/save-lead-source.ts';
import { createLeadType } from '../plugins/leads/type/save-lead-type.ts';

/** A business as the jobs use it: one customer who has nearly all leads, one who has few, and the keys of both sides. */
export interface BenchBusiness {
  readonly tenant: Tenant;
  readonly host: string;
  readonly types: readonly { readonly id: Id; readonly key: string; readonly name: string }[];
  /** The customer whose lists are measured. */
  readonly account: { readonly id: Id; readonly billGroupId: Id; readonly memberIds: readonly Id[] };
  readonly other: { readonly id: Id; readonly billGroupId: Id };
  /** Two orders of each customer, one of each type: rows that are there belong to them. */
  readonly orders: readonly { readonly id: Id; readonly accountId: Id; readonly typeId: Id }[];
  /** The key and the session of the customer's account admin. */
  readonly adminKey: string;
  readonly session: string;
  /** A lead source for each side, so that each side's leads can be counted. */
  readonly sources: { readonly product: BenchSource; readonly twin: BenchSource };
}
export interface BenchSource {
  readonly id: Id;
  readonly key: string;
}

const TYPES = [
  { key: 'roofing', name: 'Roofing' },
  { key: 'gutters', name: 'Gutters' },
];
const PEOPLE = ['Maren Whitlock', 'Theo Lindqvist', 'Priya Raman', 'Ines Carvalho', 'Joon Park', 'Ana Marchetti', 'Owen Bramwell', 'Zara Haddad'];

/** Creates so many businesses by the product's own use cases. */
export async function createBusinesses(core: Core, count: number): Promise<BenchBusiness[]> {
  const businesses: BenchBusiness[] = [];
  for (let number = 1; number <= count; number += 1) businesses.push(await createBusiness(core, `bench-${String(number).padStart(2, '0')}`));
  return businesses;
}

async function createBusiness(core: Core, slug: string): Promise<BenchBusiness> {
  const input = NewTenant.parse({ slug, name: `Bench ${slug.slice(-2)}`, zone: 'America/New_York', currency: 'USD', ownerEmail: `owner@${slug}.example` });
  const { tenant } = await createTenant(core, input);
  const ctx = core.systemContext(tenant, 'leads');
  const types = [];
  for (const type of TYPES) types.push({ ...type, id: await createLeadType(ctx, { ...type, lookBackDays: 30 }) });
  const account = await createCustomer(core.systemContext(tenant, 'accounts'), 'Brightside Roofing', PEOPLE);
  const other = await createCustomer(core.systemContext(tenant, 'accounts'), 'Coastline Exteriors', ['Sam Obi']);
  const orders = [];
  for (const customer of [account, other]) for (const type of types) orders.push(await openOrder(ctx, customer, type.id));
  return {
    tenant,
    host: new URL(tenant.url).host,
    types,
    account: { id: account.id, billGroupId: account.billGroupId, memberIds: account.memberIds },
    other: { id: other.id, billGroupId: other.billGroupId },
    orders,
    ...(await signedIn(ctx, account.adminUserId)),
    sources: { product: await sourceOf(ctx, 'Product'), twin: await sourceOf(ctx, 'Twin') },
  };
}

interface Customer {
  readonly id: Id;
  readonly billGroupId: Id;
  readonly memberIds: readonly Id[];
  readonly adminUserId: Id;
}

async function createCustomer(ctx: Ctx, name: string, people: readonly string[]): Promise<Customer> {
  const [admin = '', ...others] = people;
  return ctx.inTenant(async (tx) => {
    const person = (of: string) => ({
      name: of,
      userName: null,
      phone: null,
      password: '',
      email: `${of.toLowerCase().replaceAll(' ', '.')}@${name.toLowerCase().replaceAll(' ', '-')}.example`,
    });
    const made = await insertAccount(tx, { name, admin: person(admin) } as Parameters<typeof insertAccount>[1], {
      passwordHash: '',
      mustChangePassword: false,
    });
    const memberIds = [made.memberId];
    for (const of of others) {
      const [userId, memberId] = [await tx.users.create({ name: of, email: person(of).email }), ctx.newId()];
      await tx.run(
        sql`insert into accounts.members (id, account_id, user_id, parent_id, created_at) values (${memberId}, ${made.accountId}, ${userId}, ${made.memberId}, ${ctx.clock.now()})`,
      );
      memberIds.push(memberId);
    }
    return { id: made.accountId, billGroupId: made.billGroupId, memberIds, adminUserId: made.userId };
  });
}

// Room for more leads than any run brings, from before the oldest row that is made.
async function openOrder(ctx: Ctx, { id: accountId, billGroupId }: Customer, typeId: Id) {
  const startsOn = daysAfter(dayOf(ctx.clock.now(), ctx.tenant.zone), -100);
  const terms = {
    counts: 'leads',
    leads: 10_000_000,
    price: { amount: 2_500, currency: 'USD' },
    startsOn,
    endsOn: null,
    places: [],
    acceptsReturns: true,
    renewal: false,
    autoCharge: false,
  } as const;
  return { id: await createOrder(ctx, { ...terms, places: [], accountId, billGroupId, typeId }), accountId, typeId };
}

async function signedIn(ctx: Ctx, userId: Id): Promise<Pick<BenchBusiness, 'adminKey' | 'session'>> {
  return ctx.inTenant(async (tx) => {
    const { key } = await tx.keys.create({ name: 'Bench', userId });
    const session = newToken();
    const [now, end] = [new Date(), new Date(Date.now() + 86_400_000)];
    await tx.run(
      sql`insert into portico.sessions (id, token_hash, user_id, created_at, seen_at, expires_at) values (${ctx.newId()}, ${tokenHash(session)}, ${userId}, ${now}, ${now}, ${end})`,
    );
    return { adminKey: key, session };
  });
}

async function sourceOf(ctx: Ctx, name: string): Promise<BenchSource> {
  const id = await createLeadSource(ctx, { name });
  return { id, key: (await createSourceKey(ctx, id, { name })).key };
}
