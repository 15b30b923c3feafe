import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactKeys, countryOf, emailKey, isEmail, normalPhone, phoneText } from '../lead/contact-keys.ts';
import { prefixRange, typedWords, wordsOfLead } from '../lead/lead-words.ts';
import { placeKey, routeLeads, wantsPlace, type OpenOrder } from '../lead/route-lead.ts';
import { sortKey } from '../lead/sort-keys.ts';

const northAmerican = fc
  .tuple(fc.integer({ min: 201, max: 989 }), fc.integer({ min: 200, max: 999 }), fc.integer({ min: 0, max: 9_999 }))
  .map(([area, exchange, line]) => `${area}${exchange}${String(line).padStart(4, '0')}`);
const written = (digits: string) => [
  digits,
  `+1${digits}`,
  `1-${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
  `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`,
  `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}`,
  ` +1 ${digits.slice(0, 3)} ${digits.slice(3)} `.trim(),
];

describe('phone numbers and mailboxes', () => {
  it('a number written in any way is one number', () => {
    fc.assert(
      fc.property(northAmerican, (digits) => {
        const numbers = written(digits).map((text) => normalPhone(text, 'US')?.number);
        expect(new Set(numbers)).toEqual(new Set([`+1${digits}`]));
      }),
    );
  });

  it('normalising twice is the same as once, and different numbers stay different', () => {
    fc.assert(
      fc.property(northAmerican, northAmerican, (a, b) => {
        const [first, second] = [normalPhone(a, 'US')!, normalPhone(b, 'US')!];
        expect(normalPhone(first.number, 'US')).toEqual(first);
        expect(first.number === second.number).toBe(a === b);
      }),
    );
  });

  it("reads a number at home in the country of the business's locale", () => {
    expect(normalPhone('0170 1234567', countryOf('de-DE'))?.number).toBe('+491701234567');
    expect(normalPhone('020 7946 0018', countryOf('en-GB'))).toEqual({ number: '+442079460018', digits: ['442079460018', '2079460018', '02079460018'] });
    expect(countryOf('en')).toBe('US');
  });

  it('shows a number national at home and international abroad', () => {
    expect([phoneText('+15035550188', 'US'), phoneText('+442079460018', 'US'), phoneText('+442079460018', 'GB')]).toEqual([
      '(503) 555-0188',
      '+44 20 7946 0018',
      '020 7946 0018',
    ]);
  });

  it.each(['12345', 'abc', '', '+', '+1 503', '9'.repeat(40)])('%j is no phone number', (text) => {
    expect(normalPhone(text, 'US')).toBeUndefined();
  });

  it('case and plus-tag do not make another mailbox; anything else does', () => {
    const local = fc.stringMatching(/^[a-z0-9][a-z0-9.]{0,20}$/);
    fc.assert(
      fc.property(local, local, (name, tag) => {
        expect(emailKey(`${name.toUpperCase()}+${tag}@Example.COM`)).toBe(`${name}@example.com`);
        expect(emailKey(`${name}x@example.com`)).not.toBe(emailKey(`${name}@example.com`));
      }),
    );
    expect(contactKeys({ phone: undefined, email: 'A+b@c.de' })).toEqual(['email:a@c.de']);
  });

  it.each([
    ['sam@example.com', true],
    ['sam@localhost', false],
    ['sam example.com', false],
    ['a@b@c.de', false],
    [`${'x'.repeat(250)}@example.com`, false],
    ['süd@bücher.example', true],
  ])('%j as an e-mail address: %s', (text, is) => {
    expect(isEmail(text)).toBe(is);
  });
});

describe('words to search by', () => {
  const name = fc
    .array(fc.constantFrom('Maren', 'Édouard', 'van', "O'Hara", 'Łucja', 'مارن', '李', 'Smith-Jones', 'X'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(' '));
  const lead = fc.record({
    name,
    town: fc.constantFrom('Gresham', 'São Paulo', ''),
    email: fc.constantFrom(undefined, 'sam.whitlock+x@mail.example'),
    phone: northAmerican,
  });
  const kept = ({ name, town, email, phone }: { name: string; town: string; email: string | undefined; phone: string }) =>
    wordsOfLead({ name, town, email, phoneDigits: normalPhone(phone, 'US')!.digits });
  const finds = (words: readonly string[], typed: string) =>
    typedWords(typed).every((word) => {
      const { from, before } = prefixRange(word);
      // as Postgres compares in the collation "C": by bytes
      return words.some((one) => Buffer.compare(Buffer.from(one), Buffer.from(from)) >= 0 && Buffer.compare(Buffer.from(one), Buffer.from(before)) < 0);
    });

  it('every beginning of a word of name, town or e-mail, and the phone in any writing, finds the lead', () => {
    fc.assert(
      fc.property(lead, fc.nat(), fc.nat(), (lead, at, length) => {
        const words = kept(lead);
        const typed = [...`${lead.name} ${lead.town} ${lead.email ?? ''}`.matchAll(/[^\s]+/g)].map(([word]) => word);
        const word = typed[at % typed.length]!;
        expect(finds(words, [...word].slice(0, 1 + (length % [...word].length)).join(''))).toBe(true);
        for (const text of written(lead.phone)) expect(finds(words, text.slice(0, 4 + (length % 8))), text).toBe(true);
      }),
    );
  });

  it('a range holds exactly the words that begin so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), (a, b) => {
        const [word] = typedWords(a);
        const [other] = typedWords(b);
        if (word && other) expect(finds([other], word)).toBe(other.startsWith(word));
      }),
    );
  });

  it('a lead with a long name keeps all of its words, its phone and its e-mail address', () => {
    const name = Array.from({ length: 60 }, (_, at) => `w${at}`).join(' ');
    const words = kept({ name, town: 'Gresham', email: 'sam@mail.example', phone: '+15035550188' });
    for (const typed of ['w0', 'w59', '503 555', '(503) 555-0188', 'sam', 'gresh']) expect(finds(words, typed), typed).toBe(true);
  });

  it('every typed word counts, and one that another begins with is said by that one', () => {
    expect(typedWords('a b c d e f g h')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(typedWords('o oduya odu')).toEqual(['oduya']);
    expect(typedWords(' --- ')).toEqual([]);
  });

  it('keeps no more words than it must, whatever is posted', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const words = wordsOfLead({ name: text, town: text, email: text, phoneDigits: [] });
        expect(words.length).toBeLessThanOrEqual(400);
        expect(new Set(words).size).toBe(words.length);
        expect(words.every((word) => (word as string & { isWellFormed(): boolean }).isWellFormed() && [...word].length <= 40)).toBe(true);
      }),
    );
  });

  it('sort keys ignore case and accents', () => {
    expect(['Édouard', 'eddy', 'Zoë'].map(sortKey)).toEqual(['edouard', 'eddy', 'zoe']);
  });
});

describe('routing as a function', () => {
  const order = fc
    .record({ id: fc.uuid(), lead_type_id: fc.constantFrom('t1', 't2'), places: fc.subarray(['97', '970', '98']), room: fc.integer({ min: 0, max: 4 }) })
    .map((part): OpenOrder => ({ ...part, account_id: 'a', bill_group_id: 'b', price_minor: 1, currency: 'USD' }));
  const routable = fc.record({ typeId: fc.constantFrom('t1', 't2', 't3'), postalCode: fc.constantFrom('97030', '98101', '') });

  it('never gives an order more than fits, nothing it does not want, and leaves no lead that one with room wants', () => {
    fc.assert(
      fc.property(fc.array(routable, { maxLength: 30 }), fc.uniqueArray(order, { maxLength: 6, selector: ({ id }) => id }), (leads, orders) => {
        const given = routeLeads(leads, orders);
        const count = (id: string) => given.filter((one) => one?.id === id).length;
        for (const one of orders) expect(count(one.id)).toBeLessThanOrEqual(one.room);
        leads.forEach((lead, at) => {
          const got = given[at];
          if (got) expect(got.lead_type_id === lead.typeId && wantsPlace(got, lead.postalCode)).toBe(true);
          else
            for (const one of orders.filter((one) => one.lead_type_id === lead.typeId && wantsPlace(one, lead.postalCode)))
              expect(count(one.id)).toBe(one.room);
        });
      }),
    );
  });

  it('compares places without spaces, dashes and case', () => {
    expect(placeKey(' sw1a-2ab ')).toBe('SW1A2AB');
    expect(wantsPlace({ places: ['SW1'] }, 'sw 1a 2ab')).toBe(true);
  });
});
