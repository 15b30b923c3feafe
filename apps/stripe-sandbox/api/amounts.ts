import { invalid } from './stripe-error.ts';

/** What Stripe takes, and the smallest charge where it has published one (in the smallest unit). */
const smallest: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};
const others =
  'afn all amd ang aoa ars awg azn bam bbd bdt bif bmd bnd bob bsd bwp byn bzd cdf clp cny cop crc cve djf dop dzd egp etb fjd fkp gel gip gmd gnf gtq gyd hnl htg idr ils isk jmd kes kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mzn nad ngn nio npr pab pen pgk php pkr pyg qar rsd rub rwf sar sbd scr shp sle sos srd std szl tjs top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw bhd jod kwd omr tnd';
const currencies = new Set([...Object.keys(smallest), ...others.split(' ')]);
const withoutDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const withThreeDecimals = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** They have no decimals any more, but are written with two for the sake of older callers. */
const withTwoZeros = new Set(['isk', 'ugx']);
const largest = 99_999_999;

/** @throws StripeError unless Stripe would charge this; the currency may be in capitals */
export function checkAmount(amount: number, currencyAsGiven: string): string {
  const currency = currencyAsGiven.toLowerCase();
  if (!currencies.has(currency))
    throw invalid(`Invalid currency: ${currency}. Stripe currently supports these currencies: ${[...currencies].toSorted().join(', ')}`, 'currency');
  if (amount < 1) throw invalid('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer');
  checkStep(amount, currency);
  if (amount < (smallest[currency] ?? 1)) throw invalid(`Amount must be at least ${told(smallest[currency]!, currency)}`, 'amount', 'amount_too_small');
  if (amount > largest) throw invalid(`Amount must be no more than ${told(largest, currency)}`, 'amount', 'amount_too_large');
  return currency;
}

/** @throws StripeError for an amount between the steps of a currency */
export function checkStep(amount: number, currency: string): void {
  const step = withThreeDecimals.has(currency) ? 10 : withTwoZeros.has(currency) ? 100 : 1;
  if (amount % step === 0) return;
  const why = step === 10 ? 'the last digit of an amount in a currency with three decimals must be 0' : 'its amounts are whole units times 100';
  throw invalid(`Invalid amount for ${currency.toUpperCase()}: ${why}.`, 'amount', 'invalid_charge_amount');
}

/** An amount as a sentence shows it: `$0.50 usd`, `50 jpy`. */
export function told(amount: number, currency: string): string {
  const decimals = withoutDecimals.has(currency) ? 0 : withThreeDecimals.has(currency) ? 3 : 2;
  const number = (amount / 10 ** decimals).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const sign = { usd: '$', eur: '€', gbp: '£' }[currency] ?? '';
  return `${sign}${number} ${currency}`;
}
