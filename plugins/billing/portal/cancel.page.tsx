import type { PageProps } from '@portico/kit/page';
import { PageHead, useText } from '@portico/ui';
import { CancelForm } from '../views/cancel-parts.tsx';
import type { load } from './cancel.server.ts';

/** What will happen, and the button that confirms it. */
export default function Cancel({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { subscription, foreseen, choices, onRequest } = data;
  const back = `/billing/subscriptions/${subscription.id}`;
  return (
    <>
      <PageHead crumbs={[{ label: subscription.plan, href: back }]} title={t('billing.cancel')} />
      <CancelForm foreseen={foreseen} choices={choices} onRequest={onRequest} back={back} refusal={refusal} />
    </>
  );
}
