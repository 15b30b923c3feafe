/** Tells a person what a start is doing: a line when a step is done, with its time, and one when it takes longer. */
export class Steps {
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  note = (line: string): void => this.#say(`  · ${line}`);

  /**
   * Runs one step.
   * @param doing what it does, said when it is not done within a second
   * @param done said with its time when it is done; may depend on what came out
   */
  async run<Result>(doing: string, done: string | ((result: Result) => string), work: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const slow = setTimeout(() => this.#say(`  … ${doing}`), 1_000);
    try {
      const result = await work();
      this.#say(`  ✓ ${typeof done === 'string' ? done : done(result)} (${seconds(performance.now() - began)})`);
      return result;
    } finally {
      clearTimeout(slow);
    }
  }
}

/** `0.4 s`, `12 s`, `4 min 42 s` */
export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
