/** The spans that a statement offers by name; by default the last ninety days. */
export const PERIODS = ['last-90-days', 'this-month', 'last-month', 'this-quarter', 'last-quarter', 'this-year'] as const;
export type Period = (typeof PERIODS)[number];
