/** How long what is open has been past due: not yet, up to 30 days, 60, 90, longer. */
export const AGES = ['current', 'to-30', 'to-60', 'to-90', 'older'] as const;
export type Age = (typeof AGES)[number];
