import { SubmitButton, useText } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { OrderView } from '../order/order.queries.ts';

/** Pauses an open order, resumes a paused one; nothing for a closed one. */
export function PauseButton({ order, small = true }: { readonly order: Pick<OrderView, 'id' | 'number' | 'state'>; readonly small?: boolean }) {
  const t = useText();
  if (order.state === 'closed') return null;
  const verb = order.state === 'open' ? 'pause' : 'resume';
  return (
    <Form method="post">
      <input type="hidden" name="orderId" value={order.id} />
      <SubmitButton look="plain" small={small} icon={verb === 'pause' ? 'pause' : 'play'} name="intent" value={verb}>
        {t(`leads.order.${verb}`)}
      </SubmitButton>
    </Form>
  );
}
