import { createHash } from 'node:crypto';
import type { Ctx, DemoSignIn, DemoStory } from '@portico/kit/server';
import { saveBranding, type SaveBranding } from '../branding/save-branding.ts';
import { insertStaff } from '../staff/create-staff.ts';
import { LOGOS } from './logo-png.ts';

/** How each demonstration business looks and speaks. The yellow cannot be read as given: the portal repairs it. */
const LOOKS: Readonly<Record<DemoStory['business'], SaveBranding>> = {
  'lead-seller': {
    colour: '#0e746e',
    contactLine: 'Harbor Street 14, Portland · Mon to Fri, 8 to 6',
    contactEmail: 'help@harborline.example',
    contactPhone: '+1 207 555 0142',
    words: { 'accounts.customers.about': 'Every company that buys leads from you.' },
  },
  franchise: {
    colour: '#ffd400',
    contactLine: 'Head office, Orchard Row 3 · every day, 7 to 7',
    contactEmail: 'office@greenfold.example',
    contactPhone: '+1 213 555 0178',
    words: {
      'accounts.customers': 'Crews',
      'accounts.customers.about': 'Every local crew that you pass enquiries on to.',
      'accounts.customers.new': 'New crew',
      'accounts.customer-new': 'New crew',
      'accounts.customer-new.submit': 'Create crew',
      'accounts.field.customer-name': 'Name of the crew',
    },
  },
};

const TEAM = {
  'lead-seller': [
    { name: 'Avery Stone', userName: 'avery.stone' },
    { name: 'Jordan Reyes', userName: 'jordan.reyes' },
  ],
  franchise: [
    { name: 'Casey Linden', userName: 'casey.linden' },
    { name: 'Morgan Hale', userName: 'morgan.hale' },
  ],
} as const;

/** The team, the logo, the colour and the words of a demonstration business. */
export async function tellDemo(ctx: Ctx, story: DemoStory): Promise<{ signIns: readonly DemoSignIn[] }> {
  await saveBranding(ctx, { ...LOOKS[story.business], logo: { fileName: 'logo.png', mediaType: 'image/png', bytes: LOGOS[story.business]() } });
  const signIns: DemoSignIn[] = [];
  for (const person of TEAM[story.business]) {
    const password = passwordOf(ctx.tenant.slug, person.userName);
    const passwordHash = await ctx.hashPassword(password);
    const email = `${person.userName}@${ctx.tenant.slug}.example`;
    const { userId } = await ctx.inTenant((tx) => insertStaff(tx, { ...person, email, role: 'staff' }, { passwordHash, mustChangePassword: false }));
    signIns.push({ kind: 'staff', login: person.userName, password, userId });
  }
  return { signIns };
}

/** Readable, different for each sign-in and business, and the same at every start. */
const passwordOf = (slug: string, who: string): string => `staff-${createHash('sha256').update(`${slug}/${who}`).digest('hex').slice(0, 8)}`;
