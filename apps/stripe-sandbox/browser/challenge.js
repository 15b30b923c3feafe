import { call, serve } from './line.js';

const main = document.querySelector('main');

const tell = serve({
  /** Confirms the intent of this secret with a method; asks the owner when the bank does. */
  async confirm({ clientSecret, method, futureUsage }) {
    const parameters = { client_secret: clientSecret, payment_method: method, ...(isSetup(clientSecret) ? {} : { setup_future_usage: futureUsage }) };
    return finish(clientSecret, await call('POST', `${pathOf(clientSecret)}/confirm`, parameters));
  },
  /** Goes on with an intent that was confirmed elsewhere. */
  async goOn({ clientSecret }) {
    return finish(clientSecret, await call('GET', pathOf(clientSecret), { client_secret: clientSecret }));
  },
});

const isSetup = (secret) => secret.startsWith('seti_');
const pathOf = (secret) => `/v1/${isSetup(secret) ? 'setup_intents' : 'payment_intents'}/${encodeURIComponent(secret.split('_secret_')[0])}`;

async function finish(clientSecret, { error, object }) {
  if (error) return { error };
  const answer = object.status === 'requires_action' ? await askOwner(clientSecret, object) : { object };
  return answer.error ? { error: answer.error } : { [isSetup(clientSecret) ? 'setupIntent' : 'paymentIntent']: answer.object };
}

async function askOwner(clientSecret, { amount, currency }) {
  document.querySelector('#what').textContent =
    amount === undefined ? 'Your card is to be kept for later payments.' : `${amount} ${currency} (smallest unit) are to be paid.`;
  main.hidden = false;
  tell('show');
  const outcome = await new Promise((resolve) => main.addEventListener('click', ({ target }) => target.value && resolve(target.value)));
  main.setAttribute('inert', '');
  return call('POST', '/challenge', { client_secret: clientSecret, outcome });
}
