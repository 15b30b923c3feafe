/** What became of a call. `held`: it waits for a release, before or after its change was committed. */
export interface LoggedRequest {
  readonly id: number;
  /** Epoch milliseconds of this machine's clock. */
  readonly at: number;
  readonly account: string | null;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly userAgent: string | null;
  state: 'received' | 'held' | 'committed' | 'answered' | 'dropped';
  heldAt: 'before-commit' | 'after-commit' | null;
  committedAt: number | null;
  answeredAt: number | null;
  status: number | null;
}

const most = 20_000;

/** The calls that came last, oldest first. */
export class RequestLog {
  readonly #ring: LoggedRequest[] = [];
  #count = 0;

  add(account: string | null, method: string, path: string, key: string | null, userAgent: string | null): LoggedRequest {
    const entry: LoggedRequest = {
      id: ++this.#count,
      at: Date.now(),
      account,
      method,
      path,
      key,
      userAgent,
      state: 'received',
      heldAt: null,
      committedAt: null,
      answeredAt: null,
      status: null,
    };
    this.#ring[(entry.id - 1) % most] = entry;
    return entry;
  }

  /** `since`: later than the call with this number; `path`: begins so. */
  list({ since = 0, path = '', account, state }: { since?: number; path?: string; account?: string; state?: string } = {}): LoggedRequest[] {
    const found: LoggedRequest[] = [];
    for (let id = Math.max(since, this.#count - most) + 1; id <= this.#count; id++) {
      const entry = this.#ring[(id - 1) % most]!;
      if (entry.path.startsWith(path) && (account ?? entry.account) === entry.account && (state ?? entry.state) === entry.state) found.push(entry);
    }
    return found;
  }
}
