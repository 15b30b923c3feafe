import { call, serve } from './line.js';

const form = document.querySelector('form');
const { number, expiry, cvc } = form.elements;
const said = document.querySelector('#said');
const brand = document.querySelector('#brand');
const brands = [
  ['visa', /^4/],
  ['mastercard', /^(5[1-5]|2[2-7])/],
  ['amex', /^3[47]/],
  ['discover', /^6(011|4|5)/],
  ['diners', /^3[068]/],
  ['jcb', /^35/],
  ['unionpay', /^62/],
];
const digits = (text) => text.replace(/\D/g, '');
const brandOf = (text) => brands.find(([, begins]) => begins.test(text))?.[0] ?? 'unknown';

const tell = serve({
  configure({ style = {}, disabled = false } = {}) {
    const { base = {}, invalid = {} } = style;
    const chosen = {
      '--text': base.color,
      '--font': base.fontFamily,
      '--size': base.fontSize,
      '--paper': base.backgroundColor,
      '--line': base.borderColor,
      '--accent': base.accentColor ?? base.iconColor,
      '--quiet': base['::placeholder']?.color,
      '--wrong': invalid.color,
    };
    for (const [name, value] of Object.entries(chosen)) if (value) document.documentElement.style.setProperty(name, value);
    for (const input of [number, expiry, cvc]) input.disabled = disabled;
  },
  focus: () => number.focus(),
  clear() {
    form.reset();
    changed();
  },
  async createPaymentMethod(details = {}) {
    const problem = problemOf(true);
    show(problem);
    if (problem) {
      problem.field.focus();
      return { error: { type: 'validation_error', code: problem.code, message: problem.message } };
    }
    const [month, year] = expiryOf();
    const { error, object } = await call('POST', '/v1/payment_methods', {
      type: 'card',
      'card[number]': digits(number.value),
      'card[exp_month]': month,
      'card[exp_year]': year,
      'card[cvc]': cvc.value,
      ...billing(details),
    });
    if (error) show({ message: error.message, field: number });
    return error ? { error } : { paymentMethod: object };
  },
});

function billing({ address, ...details } = {}) {
  const flat = Object.entries(details).map(([name, value]) => [`billing_details[${name}]`, value]);
  const placed = Object.entries(address ?? {}).map(([name, value]) => [`billing_details[address][${name}]`, value]);
  return Object.fromEntries([...flat, ...placed]);
}

function expiryOf() {
  const [month = '', year = ''] = expiry.value.split('/').map(digits);
  return [Number(month), year.length === 2 ? 2000 + Number(year) : Number(year)];
}

function isNumber(text) {
  const sum = [...text].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return text.length >= 12 && sum % 10 === 0;
}

/** What is wrong so far; with `whole`, also what is not there yet. */
function problemOf(whole) {
  const given = digits(number.value);
  const [month, year] = expiryOf();
  const full = given.length >= (brandOf(given) === 'amex' ? 15 : 16);
  const expected = brandOf(given) === 'amex' ? 4 : 3;
  if ((whole || full) && !isNumber(given)) {
    const code = full ? 'invalid_number' : 'incomplete_number';
    return { field: number, code, message: full ? 'Your card number is invalid.' : 'Your card number is incomplete.' };
  }
  if (whole && !(month && year)) return { field: expiry, code: 'incomplete_expiry', message: "Your card's expiration date is incomplete." };
  if (month > 12) return { field: expiry, code: 'invalid_expiry_month', message: "Your card's expiration date is invalid." };
  const now = new Date();
  if (month && year > 1999 && year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1)
    return { field: expiry, code: 'invalid_expiry_year_past', message: "Your card's expiration year is in the past." };
  if (whole && cvc.value.length !== expected) return { field: cvc, code: 'incomplete_cvc', message: "Your card's security code is incomplete." };
  return undefined;
}

function show(problem) {
  said.textContent = problem?.message ?? '';
  for (const input of [number, expiry, cvc]) input.setAttribute('aria-invalid', String(problem?.field === input));
}

function changed() {
  const given = digits(number.value);
  brand.textContent = given === '' || brandOf(given) === 'unknown' ? '' : brandOf(given);
  const problem = problemOf(false);
  show(problem);
  const error = problem && { type: 'validation_error', code: problem.code, message: problem.message };
  const empty = !number.value && !expiry.value && !cvc.value;
  tell('change', { elementType: 'card', empty, complete: !problemOf(true), brand: brandOf(given), error, value: {} });
}

number.addEventListener('input', () => {
  const given = digits(number.value).slice(0, 19);
  const atEnd = number.selectionStart === number.value.length;
  if (atEnd)
    number.value = given.replace(
      brandOf(given) === 'amex' ? /^(\d{4})(\d{1,6})?(\d+)?$/ : /(\d{4})(?=\d)/g,
      brandOf(given) === 'amex' ? (_, a, b, c) => [a, b, c].filter(Boolean).join(' ') : '$1 ',
    );
});
expiry.addEventListener('input', ({ inputType }) => {
  const given = digits(expiry.value).slice(0, 4);
  if (inputType?.startsWith('delete')) return;
  const padded = /^[2-9]$/.test(given) ? `0${given}` : given;
  expiry.value = padded.length >= 2 ? `${padded.slice(0, 2)} / ${padded.slice(2)}` : padded;
});
cvc.addEventListener('input', () => (cvc.value = digits(cvc.value)));
form.addEventListener('input', changed);
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('focusin', () => tell('focus', { elementType: 'card' }));
form.addEventListener('focusout', () => tell('blur', { elementType: 'card' }));
new ResizeObserver(() => tell('height', Math.ceil(form.getBoundingClientRect().height) + 8)).observe(form);
