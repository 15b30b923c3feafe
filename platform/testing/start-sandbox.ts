import { checkoutRoot, findStandIns, startStandIn, type StandIn, type StandInOptions } from '@portico/cli/embedded';

/** A stand-in for an outside service, of a test's own, and how it is told to misbehave. */
export interface Sandbox extends StandIn {
  /** What the SDK of the service is given to talk to it. */
  readonly at: { readonly host: string; readonly port: number; readonly protocol: 'http' };
  /** Asks its control port, such as `tell('GET', '/control/requests?path=/v1/refunds')`; throws Error with its sentence when it refuses. */
  tell<Answer = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
}

/**
 * Starts the stand-in of this name as a process of its own. State in `dir`, which is kept; without it in a folder that goes
 * when it stops.
 * @throws Error when no app stands in for it
 */
export async function startSandbox(name: string, options: StandInOptions = {}): Promise<Sandbox> {
  const app = findStandIns(checkoutRoot()).find((one) => one.name === name);
  if (!app) throw new Error(`No app in apps stands in for ${name}.`);
  const standIn = await startStandIn(app, options);
  const tell = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${standIn.control}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const told = (await answer.json()) as Answer & { error?: string };
    if (!answer.ok) throw new Error(`${method} ${path}: ${told.error}`);
    return told;
  };
  return { ...standIn, at: { host: '127.0.0.1', port: standIn.port, protocol: 'http' }, tell };
}
