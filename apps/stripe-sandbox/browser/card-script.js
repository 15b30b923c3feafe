// What a page loads from <base>/v3/: those calls of Stripe.js that the product makes. Card numbers are typed into a frame of
// the sandbox's own origin and never reach the page. It is served as the body of a
// function: nothing but `Stripe` is left there. It adds no inline script and no style attribute or element to the page.
const base = new URL(document.currentScript.src).origin;

/** A frame of the sandbox and a private line to it. */
function openFrame(path, title) {
  const frame = document.createElement('iframe');
  frame.src = base + path;
  frame.title = title;
  frame.setAttribute('frameborder', '0');
  const { port1: line, port2 } = new MessageChannel();
  const waiting = new Map();
  const listeners = {};
  let count = 0;
  line.onmessage = ({ data }) => {
    if (data.answer === undefined) return void listeners[data.event]?.(data.detail);
    waiting.get(data.answer)?.(data.result);
    waiting.delete(data.answer);
  };
  const loaded = new Promise((resolve) => {
    frame.addEventListener(
      'load',
      () => {
        frame.contentWindow.postMessage('line', base, [port2]);
        resolve();
      },
      { once: true },
    );
  });
  const ask = async (what, detail) => {
    await loaded;
    return new Promise((resolve) => {
      waiting.set(++count, resolve);
      line.postMessage({ ask: count, what, detail });
    });
  };
  return { frame, ask, on: (event, listener) => (listeners[event] = listener) };
}

function createCardElement(key, options = {}) {
  const { frame, ask, on } = openFrame(`/card?key=${encodeURIComponent(key)}`, 'Card details');
  const listeners = { ready: [], change: [], focus: [], blur: [], escape: [] };
  const tell = (event) => (detail) => listeners[event].forEach((listener) => listener(detail));
  Object.assign(frame.style, { width: '100%', height: '9rem', border: '0', display: 'block', colorScheme: 'normal' });
  on('height', (pixels) => (frame.style.height = `${pixels}px`));
  for (const event of ['change', 'focus', 'blur']) on(event, tell(event));
  const element = {
    mount(where) {
      const node = typeof where === 'string' ? document.querySelector(where) : where;
      if (!node) throw new Error(`The selector you specified (${where}) applies to no DOM elements that are currently on the page.`);
      node.replaceChildren(frame);
      ask('configure', options).then(() => tell('ready')({ elementType: 'card' }));
    },
    on(event, listener) {
      listeners[event]?.push(listener);
      return element;
    },
    update: (changed) => void ask('configure', Object.assign(options, changed)),
    focus: () => void ask('focus'),
    clear: () => void ask('clear'),
    unmount: () => frame.remove(),
    destroy: () => frame.remove(),
    createPaymentMethod: (details) => ask('createPaymentMethod', details),
  };
  return element;
}

/** Confirms an intent, or goes on with it, in a frame that shows itself only when the bank asks for the owner. */
async function settle(key, what, detail) {
  const { frame, ask, on } = openFrame(`/challenge?key=${encodeURIComponent(key)}`, 'Your bank asks for you');
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', frame.title);
  Object.assign(dialog.style, { padding: '0', border: '0', borderRadius: '12px', width: 'min(26rem, calc(100vw - 2rem))', maxHeight: 'calc(100vh - 2rem)' });
  Object.assign(frame.style, { width: '100%', height: '19rem', border: '0', display: 'block' });
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.append(frame);
  document.body.append(dialog);
  on('show', () => {
    dialog.showModal();
    frame.focus();
  });
  const result = await ask(what, detail);
  dialog.close();
  dialog.remove();
  return result;
}

window.Stripe = (key) => {
  if (!/^pk_/.test(key)) throw new Error('Please call Stripe() with your publishable key. You used an empty string.');

  const methodOf = async ({ payment_method: method }) => {
    if (method === undefined || typeof method === 'string') return { id: method };
    const { error, paymentMethod } = await method.card.createPaymentMethod(method.billing_details);
    return { error, id: paymentMethod?.id };
  };
  const confirm =
    (what) =>
    async (clientSecret, data = {}) => {
      const { error, id } = await methodOf(data);
      return error ? { error } : settle(key, what, { clientSecret, method: id, futureUsage: data.setup_future_usage });
    };

  return {
    elements: () => ({ create: (type, options) => (type === 'card' ? createCardElement(key, options) : unknownElement(type)) }),
    createPaymentMethod: ({ card, billing_details: details }) => card.createPaymentMethod(details),
    confirmCardSetup: confirm('confirm'),
    confirmCardPayment: confirm('confirm'),
    handleNextAction: ({ clientSecret }) => settle(key, 'goOn', { clientSecret }),
  };
};

function unknownElement(type) {
  throw new Error(`A valid Element name must be provided. The sandbox knows card; you specified: ${type}.`);
}
