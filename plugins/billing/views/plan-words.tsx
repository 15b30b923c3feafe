import { Chip, Money, useText } from '@portico/ui';
import type { Amount, PlanView } from '../plan/plan.queries.ts';

/** The state of a plan in a word. */
export function PlanChip({ state }: { readonly state: PlanView['state'] }) {
  const t = useText();
  const tones = { draft: 'wait', live: 'good', archived: 'neutral' } as const;
  return <Chip tone={tones[state]}>{t(`billing.plan.${state}`)}</Chip>;
}

/** How often something is billed, in words: "each month", "every 3 months". */
export function useInterval(): (every: PlanView['every']) => string {
  const t = useText();
  return ({ unit, count }) => t(`billing.every.${unit}`, { count });
}

/** The prices of a plan, one below the other. */
export const PriceList = ({ prices }: { readonly prices: readonly Amount[] }) => (
  <>
    {prices.map((price, at) => (
      <span key={price.currency}>
        {at > 0 && <br />}
        <Money value={price} />
      </span>
    ))}
  </>
);
