import { createHash } from 'node:crypto';
import { hoursAfter, type Id } from '@portico/kit';
import { sql, type Ctx, type DemoSignIn, type DemoStory, type Tx } from '@portico/kit/server';
import { insertAccount } from '../account/create-account.ts';
import { insertMember } from '../member/create-member.ts';
import { companiesOf, personOf, type DemoPerson } from './demo-names.ts';

/** A place in the account that everybody signs in to: who stands below whom, and what they see. */
interface Seat {
  /** Somebody signs in here: the kind of the sign-in. */
  readonly kind?: DemoSignIn['kind'];
  readonly adminAccess?: boolean;
  readonly viewDownline?: boolean;
  readonly enabled?: boolean;
  /** Number of the seat above; 0 is the account admin. */
  readonly below?: number;
}

// A manager with two levels below, somebody who stands alone, and somebody who has left.
const FIRST_ACCOUNT: readonly Seat[] = [
  { kind: 'account-admin', adminAccess: true },
  { kind: 'downline', viewDownline: true, below: 0 },
  { kind: 'member', below: 1 },
  { below: 1, viewDownline: true },
  { below: 3 },
  {},
  { adminAccess: true },
  { enabled: false, below: 1 },
];

/** The customers and users of a demonstration business, written by the use cases' own inserts. */
export async function tellDemo(ctx: Ctx, story: DemoStory): Promise<{ signIns: readonly DemoSignIn[] }> {
  const shared = await ctx.hashPassword(`demonstration-${Math.floor(story.random() * 1e9)}`);
  const signIns: DemoSignIn[] = [];
  // the businesses share nobody: who signs in at one is a stranger at the other
  let people = story.business === 'franchise' ? 300 : 0;
  for (const [at, company] of companiesOf(story.business).entries()) {
    const seats = at === 0 ? FIRST_ACCOUNT : someSeats(story);
    const staff = seats.map((seat) => ({ ...seat, ...personOf(people++, company) }));
    signIns.push(...(await fillAccount(ctx, story, company, staff, shared)));
  }
  return { signIns };
}

// One to four people: an account admin, perhaps a manager with somebody below.
function someSeats(story: DemoStory): readonly Seat[] {
  const others: readonly Seat[] = [{ viewDownline: true, below: 0 }, { below: 1 }, { enabled: story.random() > 0.3, below: 1 }];
  return [{ adminAccess: true }, ...others.slice(0, Math.floor(story.random() * 4))];
}

async function fillAccount(ctx: Ctx, story: DemoStory, company: string, seats: readonly (Seat & DemoPerson)[], shared: string): Promise<DemoSignIn[]> {
  const hashes: string[] = [];
  for (const seat of seats) hashes.push(seat.kind ? await ctx.hashPassword(passwordOf(ctx.tenant.slug, seat.kind)) : shared);
  return ctx.inTenant(async (tx) => {
    const sign = (at: number) => ({ passwordHash: hashes[at]!, mustChangePassword: false });
    const [admin, ...others] = seats;
    const created = await insertAccount(tx, { name: company, admin: admin! }, sign(0));
    const members = [{ memberId: created.memberId, userId: created.userId }];
    for (const [index, seat] of others.entries()) {
      const { name, userName, email, adminAccess = false, viewDownline = false, enabled = true, below } = seat;
      const parentId = below === undefined ? null : members[below]!.memberId;
      members.push(await insertMember(tx, created.accountId, { name, userName, email, adminAccess, viewDownline, enabled, parentId }, sign(index + 1)));
    }
    await backdate(tx, created.accountId, hoursAfter(story.now, -24 * (70 + Math.floor(story.random() * 500))));
    return seats.flatMap((seat, at) =>
      seat.kind ? [{ kind: seat.kind, login: seat.userName, password: passwordOf(ctx.tenant.slug, seat.kind), userId: members[at]!.userId }] : [],
    );
  });
}

// Customers did not all come today; every lead of the story is younger than its customer.
async function backdate(tx: Tx, accountId: Id, at: string): Promise<void> {
  const { id: tenantId } = tx.ctx.tenant;
  await tx.run(sql`update accounts.accounts set created_at = ${at} where tenant_id = ${tenantId} and id = ${accountId}`);
  await tx.run(sql`update accounts.bill_groups set created_at = ${at} where tenant_id = ${tenantId} and account_id = ${accountId}`);
  await tx.run(sql`update accounts.members set created_at = ${at} where tenant_id = ${tenantId} and account_id = ${accountId}`);
}

/** Readable, different for each sign-in and business, and the same at every start. */
const passwordOf = (slug: string, kind: string): string => `${kind}-${createHash('sha256').update(`${slug}/${kind}`).digest('hex').slice(0, 8)}`;
