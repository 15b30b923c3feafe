import { getCountryCallingCode, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';

/** A phone number as it is stored, and the digit strings that a typed number may begin with. */
export interface NormalPhone {
  /** E.164: `+15035550188`. */
  readonly number: string;
  /** All digits, the national number, and the national number as it is dialled at home. */
  readonly digits: readonly string[];
}

/** The country of a locale, as its people would say it: `en-US` → US, `de` → DE. */
export const countryOf = (locale: string): CountryCode => (new Intl.Locale(locale).maximize().region ?? 'US') as CountryCode;

const NORTH_AMERICA = /^\+1([2-9]\d{9})$/;

/** Reads a phone number as people write it, in the business's country unless it says otherwise. Undefined: not a phone number. */
export function normalPhone(text: string, country: CountryCode): NormalPhone | undefined {
  const plain = NORTH_AMERICA.exec(text);
  // The commonest form by far needs no parser: it is already what the parser would answer.
  if (plain) return { number: text, digits: [`1${plain[1]}`, plain[1]!] };
  const parsed = parsePhoneNumberFromString(text, country);
  if (!parsed?.isPossible()) return undefined;
  const digits = new Set([parsed.number.slice(1), parsed.nationalNumber, parsed.formatNational().replace(/\D/g, '')]);
  return { number: parsed.number, digits: [...digits].filter((text) => text !== '') };
}

/** A stored number as people read it: national at home, international abroad. */
export function phoneText(number: string, home: CountryCode): string {
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return number;
  const isAtHome = parsed.countryCallingCode === getCountryCallingCode(home);
  return isAtHome ? parsed.formatNational() : parsed.formatInternational();
}

const EMAIL = /^[^\s@"<>(),;:\\[\]]+@[^\s@"<>(),;:\\[\]]+\.[^\s@"<>(),;:\\[\].]{2,}$/u;

/** Whether a text has the shape of an e-mail address, 254 characters at most (RFC 5321). */
export const isEmail = (text: string): boolean => text.length <= 254 && EMAIL.test(text);

/** The mailbox that an address means: case and plus-tag left out. For comparing only; the address is kept as it came. */
export function emailKey(email: string): string {
  const [local = '', domain = ''] = splitAtLast(email.toLowerCase(), '@');
  return `${local.split('+')[0] || local}@${domain}`;
}

const splitAtLast = (text: string, mark: string): [string, string] => [text.slice(0, text.lastIndexOf(mark)), text.slice(text.lastIndexOf(mark) + 1)];

/** What makes two leads of one type the same person: the phone number or the mailbox (requirements 3.8). */
export const contactKeys = (contact: { readonly phone: NormalPhone | undefined; readonly email: string | undefined }): string[] => [
  ...(contact.phone ? [`phone:${contact.phone.number}`] : []),
  ...(contact.email ? [`email:${emailKey(contact.email)}`] : []),
];
