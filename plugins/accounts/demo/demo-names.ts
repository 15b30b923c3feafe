/** Invented names for demonstration businesses. */

const FIRST = 'Dana Luis Ruth Marcus Priya Owen Ines Theo Adaeze Joon Maren Sam Hana Felix Noor Grace Tomas Leila Victor Amara Colin Yuki Elena Darius'.split(
  ' ',
);
const LAST =
  'Kim Ortega Abara Feld Raman Bright Carvalho Lindqvist Obi Park Oduya Whitlock Sato Moreau Haddad Novak Silva Petrov Mensah Keane Ito Vargas Berg Cole Duarte'.split(
    ' ',
  );

/** What a person in the demonstration is called. */
export interface DemoPerson {
  readonly name: string;
  readonly userName: string;
  readonly email: string;
}

/** The n-th person: names repeat after 600, which no demonstration reaches. */
export function personOf(n: number, company: string): DemoPerson {
  const first = FIRST[n % FIRST.length]!;
  const last = LAST[(n + Math.floor(n / FIRST.length) * 7) % LAST.length]!;
  const userName = `${first}.${last}`.toLowerCase();
  return { name: `${first} ${last}`, userName, email: `${userName}@${company.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example` };
}

const COMPANIES = {
  'lead-seller': {
    first: 'Brightside Roofing',
    words: [
      'Cedar Ridge',
      'Bluewater',
      'Stonegate',
      'Northfield',
      'Silver Birch',
      'Harbor View',
      'Redwood',
      'Summit',
      'Clearbrook',
      'Ironwood',
      'Maple Street',
    ],
    trades: ['Roofing', 'Solar', 'Windows & Doors'],
  },
  franchise: {
    first: 'Crew Maple Grove',
    words: [
      'Willow Creek',
      'Oak Hill',
      'Lakeside',
      'Fairview',
      'Sunny Meadow',
      'River Bend',
      'Birch Lane',
      'Elm Park',
      'Stony Brook',
      'Highland',
      'Orchard Row',
    ],
    trades: ['North', 'South', 'Riverside'],
  },
} as const;

/** 34 companies, or crews, of a demonstration business; the first is the one with the sign-ins. */
export function companiesOf(business: keyof typeof COMPANIES): readonly string[] {
  const { first, words, trades } = COMPANIES[business];
  const others = trades.flatMap((trade) => words.map((word) => (business === 'franchise' ? `Crew ${word} ${trade}` : `${word} ${trade}`)));
  return [first, ...others];
}
