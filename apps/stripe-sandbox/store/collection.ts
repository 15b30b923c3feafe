/** Records by id and in the order of their making; with an index by what they belong to. */
export class Collection<Row extends { readonly id: string }> {
  readonly #places = new Map<string, number>();
  readonly #rows: (Row | undefined)[] = [];
  readonly #ofOwner = new Map<string, number[]>();
  readonly #ownerOf: (row: Row) => string | null;

  /** @param ownerOf under which owner a row is found again by `of`; a row that changes owners is found under each it had */
  constructor(ownerOf: (row: Row) => string | null = () => null) {
    this.#ownerOf = ownerOf;
  }

  get(id: string): Row | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#rows[place];
  }

  get size(): number {
    return this.#places.size;
  }

  /** Adds a row, or a newer version of one in its old place. */
  put(row: Row): void {
    const known = this.#places.get(row.id);
    const place = known ?? this.#rows.length;
    const before = known === undefined ? undefined : this.#rows[place];
    this.#places.set(row.id, place);
    this.#rows[place] = row;
    const owner = this.#ownerOf(row);
    if (owner === null || (before && this.#ownerOf(before) === owner)) return;
    const places = this.#ofOwner.get(owner);
    if (!places) this.#ofOwner.set(owner, [place]);
    else if (!places.includes(place)) places.push(place);
  }

  remove(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    this.#rows[place] = undefined;
  }

  /** Oldest first. */
  *values(): Generator<Row> {
    for (let place = 0; place < this.#rows.length; place++) {
      const row = this.#rows[place];
      if (row) yield row;
    }
  }

  /** Newest first, beginning behind the row with this id, if it is given; of one owner, if it is given. */
  *newest(from?: string, owner?: string): Generator<Row> {
    const places = owner === undefined ? undefined : (this.#ofOwner.get(owner) ?? []).toSorted((a, b) => a - b);
    const start = from === undefined ? this.#rows.length : (this.#places.get(from) ?? 0);
    if (!places) {
      for (let place = start - 1; place >= 0; place--) if (this.#rows[place]) yield this.#rows[place]!;
      return;
    }
    for (const place of places.toReversed()) if (place < start && this.#rows[place]) yield this.#rows[place]!;
  }

  /** Oldest first, beginning after the row with this id. */
  *after(id: string): Generator<Row> {
    for (let place = (this.#places.get(id) ?? -1) + 1; place < this.#rows.length; place++) if (this.#rows[place]) yield this.#rows[place]!;
  }
}
