/** The real clock, for what is not business: sessions, leases, rate limits, codes. Everything else asks `ctx.clock`. */
export const realClock = {
  now: (): Date => new Date(),
  ms: (): number => Date.now(),
};
