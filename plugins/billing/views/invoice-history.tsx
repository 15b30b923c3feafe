import { Card, Money, Timeline, useText } from '@portico/ui';
import type { InvoiceEvent } from '../invoice/invoice-history.queries.ts';

/** What happened to an invoice so far, first to last. */
export function InvoiceHistory({ history }: { readonly history: readonly InvoiceEvent[] }) {
  const t = useText();
  return (
    <Card title={t('billing.invoice.history')}>
      <Timeline
        past={history.map(({ at, kind, amount, note }, position) => ({
          key: String(position),
          at,
          text: (
            <>
              {t(`billing.invoice.happened.${kind}`)}
              {amount && (
                <>
                  {' '}
                  <Money value={amount} />
                </>
              )}
            </>
          ),
          note,
        }))}
      />
    </Card>
  );
}
