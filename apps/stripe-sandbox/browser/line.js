// The frame's end of the private line to the page around it, and its calls to the API of its own origin.
const key = new URLSearchParams(location.search).get('key');

/** Serves what the page asks by name; answers how to tell the page of events. */
export function serve(handlers) {
  let line;
  const early = [];
  const tell = (event, detail) => (line ? line.postMessage({ event, detail }) : early.push([event, detail]));
  addEventListener('message', ({ data, ports, source }) => {
    if (data !== 'line' || source !== parent || line) return;
    [line] = ports;
    line.onmessage = async ({ data: { ask, what, detail } }) => {
      const result = await handlers[what]?.(detail);
      line.postMessage({ answer: ask, result: result ?? null });
    };
    for (const [event, detail] of early.splice(0)) tell(event, detail);
  });
  return tell;
}

/** A call with the publishable key. Answers `{ object }` or `{ error }`, as Stripe.js does. */
export async function call(method, path, parameters = {}) {
  const form = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  const target = method === 'GET' && form.size > 0 ? `${path}?${form}` : path;
  try {
    const response = await fetch(target, { method, headers: { authorization: `Bearer ${key}` }, ...(method === 'GET' ? {} : { body: form }) });
    const answer = await response.json();
    return answer.error ? { error: answer.error } : { object: answer };
  } catch (failure) {
    return { error: { type: 'api_connection_error', message: `An error occurred with our connection: ${failure.message}` } };
  }
}
