import type { DemoStory } from '@portico/kit/server';

/** One of a list. */
export const oneOf = <T>(story: DemoStory, list: readonly T[]): T => list[Math.floor(story.random() * list.length)]!;
/** A whole number from `from` to `to`, both included. */
export const between = (story: DemoStory, from: number, to: number): number => from + Math.floor(story.random() * (to - from + 1));

const words = (text: string): readonly string[] => text.split(' ');
const FIRST = words(
  'Maren Theo Priya Sam Ines Joon Adaeze Luca Nadia Owen Elif Carlos Hana Mateo Greta Idris Sofia Arun Clara Tobias Yara Felix Noemi Ravi Astrid Diego Leila Jonas Mina Pavel Rosa Emil Zora Hugo Talia Bruno Anouk Kofi Vera Silas',
);
const LAST = words(
  'Lindqvist Raman Whitlock Carvalho Park Obi Marchetti Haddad Bramwell Yilmaz Fuentes Okafor Bergström Castellanos Novak Achterberg Delacroix Hargrove Ionescu Kessler Lockhart Montoya Nakagawa Pemberton Quintero Rosewood Sandoval Thackeray Underhill Vasquez Westbrook Zielinski Ashdown Bellweather Coldridge Dunmore Everhart Fairclough',
);

/** What one demonstration business sells, and where the people live who ask for it. */
export interface DemoTrade {
  readonly types: readonly { readonly key: string; readonly name: string; readonly price: number; readonly wants: readonly string[] }[];
  readonly source: string;
  readonly partner: string;
  readonly towns: readonly { readonly town: string; readonly postalCode: string }[];
  readonly areas: readonly string[];
  readonly streets: readonly string[];
}

const placesOf = (text: string): DemoTrade['towns'] => text.split(', ').map((place) => ({ town: place.slice(6), postalCode: place.slice(0, 5) }));

export const TRADES: Readonly<Record<DemoStory['business'], DemoTrade>> = {
  'lead-seller': {
    types: [
      { key: 'roofing', name: 'Roofing', price: 4_500, wants: ['Full replacement', 'Repair after a storm', 'New gutters', 'An estimate first'] },
      { key: 'solar', name: 'Solar', price: 6_500, wants: ['Panels and battery', 'Panels only', 'More panels', 'An estimate first'] },
      { key: 'windows', name: 'Windows', price: 3_800, wants: ['Whole house', 'Front windows', 'Sliding doors', 'An estimate first'] },
    ],
    source: 'Website form',
    partner: 'Call centre',
    towns: placesOf(
      '97030 Gresham, 97212 Portland, 97005 Beaverton, 97301 Salem, 97123 Hillsboro, 97223 Tigard, 97206 Portland, 97045 Oregon City, 97062 Tualatin, 97128 McMinnville, 98660 Vancouver, 98607 Camas',
    ),
    areas: ['503', '971', '360'],
    streets: ['Cherry Ave', 'Alder St', 'Hawthorne Blvd', 'Mill Creek Rd', 'Foxglove Ln', 'Division St', 'Orchard Way', 'Ridgeview Dr'],
  },
  franchise: {
    types: [
      { key: 'lawn-care', name: 'Lawn care', price: 1_800, wants: ['Weekly mowing', 'Every other week', 'One-time clean-up', 'Feeding and weeds'] },
      { key: 'trees', name: 'Tree work', price: 2_600, wants: ['Pruning', 'Stump removal', 'Storm damage', 'A second opinion'] },
      { key: 'irrigation', name: 'Irrigation', price: 3_100, wants: ['New system', 'Spring start-up', 'Winter shut-down', 'Leak'] },
    ],
    source: 'National website',
    partner: 'Hotline',
    towns: placesOf(
      '55311 Maple Grove, 55369 Osseo, 55443 Brooklyn Park, 55303 Ramsey, 55316 Champlin, 55427 Golden Valley, 55447 Plymouth, 55374 Rogers, 55433 Coon Rapids, 55112 New Brighton, 55126 Shoreview, 55014 Lino Lakes',
    ),
    areas: ['612', '763', '651'],
    streets: ['Maple Ln', 'Weaver Lake Rd', 'Elm Creek Blvd', 'Hemlock Ct', 'Goose Lake Rd', 'Prairie Path', 'Birch Bend', 'Meadow Cir'],
  },
};

/** The n-th invented person. Phone numbers are of the exchange 555, which nobody has, and do not repeat below 10,000. */
export function personOf(story: DemoStory, trade: DemoTrade, number: number) {
  const [first, last] = [oneOf(story, FIRST), oneOf(story, LAST)];
  const phone = `+1${trade.areas[number % trade.areas.length]}555${String(number % 10_000).padStart(4, '0')}`;
  const plain = `${first}.${last}`
    .normalize('NFKD')
    .replace(/[^\w.]/g, '')
    .toLowerCase();
  return {
    name: `${first} ${last}`,
    phone,
    email: story.random() < 0.8 ? `${plain}${number}@mail.example` : undefined,
    street: `${between(story, 100, 9_800)} ${oneOf(story, trade.streets)}`,
    ...oneOf(story, trade.towns),
  };
}
