import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Flash, PageHead, PrintButton, Split, useText } from '@portico/ui';
import { OrderFacts, OrderNext, OrderPayments, OrderProgress } from '../views/order-card.tsx';
import { PauseButton } from '../views/pause-button.tsx';
import type { load } from './order.server.ts';

/** One order: what is left, what was agreed, what was paid. */
export default function Order({ data: { order, payments, pages }, refusal }: PageProps<typeof load>) {
  const t = useText();
  const actions = (
    <>
      <ButtonLink icon="leads" href={`/leads?order=${order.id}`}>
        {t('leads.order.its-leads')}
      </ButtonLink>
      <PrintButton />
      <PauseButton order={order} small={false} />
    </>
  );
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.orders'), href: '/leads/orders' }]}
        title={t('leads.order.title', { order: order.number })}
        sub={order.type}
        actions={actions}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split
        side={
          <>
            <OrderProgress order={order} />
            <OrderNext order={order} area="portal" />
            <OrderPayments payments={payments} pages={pages} />
          </>
        }
      >
        <OrderFacts order={order} />
      </Split>
    </>
  );
}
