import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, Chip, DateTime, EmptyState, Facts, Headline, Money, PageHead, Split, Stack, useText } from '@portico/ui';
import { InvoiceTable } from '../views/invoice-words.tsx';
import { useInterval } from '../views/plan-words.tsx';
import type { load } from './dashboard.server.ts';

type Data = PageProps<typeof load>['data'];

/** The money of a customer at a glance: what is owed, what comes next, how it is paid. */
export default function Dashboard({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('billing.dashboard')} sub={t('billing.dashboard.about')} />
      <Split side={<Next data={data} />}>
        <Balances data={data} />
        <Card
          flush
          title={t(data.isOpen ? 'billing.invoices.open' : 'billing.invoices')}
          aside={<Anchor href="/billing/invoices">{t('billing.dashboard.all')}</Anchor>}
        >
          <InvoiceTable
            invoices={data.invoices}
            plain
            hrefOf={(invoice) => `/billing/invoices/${invoice.id}`}
            empty={<EmptyState icon="bill" title={t('billing.invoices.empty')} text={t('billing.invoices.empty.text')} />}
          />
        </Card>
      </Split>
    </>
  );
}

/** What is owed, one figure for each currency; "Past Due" only when it is so. */
function Balances({ data: { balances, currency } }: { readonly data: Data }) {
  const t = useText();
  const owed = balances.length > 0 ? balances : [{ owed: { amount: 0, currency }, pastDue: { amount: 0, currency }, credit: { amount: 0, currency } }];
  return (
    <Card label={t('billing.balance')}>
      <Stack>
        {owed.map(({ owed: due, pastDue, credit }) => (
          <Headline
            key={due.currency}
            label={t('billing.balance')}
            value={<Money value={due} />}
            note={
              <>
                {pastDue.amount > 0 && (
                  <Chip tone="bad">
                    {t('billing.invoice.past-due')} <Money value={pastDue} />
                  </Chip>
                )}
                {credit.amount > 0 && (
                  <span className="ui-quiet">
                    {t('billing.balance.credit')} <Money value={credit} />
                  </span>
                )}
              </>
            }
            actions={
              due.amount > 0 && (
                <ButtonLink look="main" href="/billing/pay" reload>
                  {t('billing.pay.balance')}
                </ButtonLink>
              )
            }
          />
        ))}
      </Stack>
    </Card>
  );
}

function Next({ data: { next } }: { readonly data: Data }) {
  const t = useText();
  const interval = useInterval();
  const { renewal, autoPay } = next;
  return (
    <Card title={t('billing.next')}>
      <Facts
        facts={[
          { label: t('billing.dashboard.next-date'), value: renewal ? <DateTime at={renewal.on} look="long" /> : t('billing.dashboard.nothing-renews') },
          ...(renewal
            ? [
                { label: t('billing.plan'), value: <Anchor href={`/billing/subscriptions/${renewal.subscriptionId}`}>{renewal.plan}</Anchor> },
                { label: t('billing.amount'), value: <Money value={renewal.amount} /> },
                { label: t('billing.dashboard.frequency'), value: interval(renewal.every) },
              ]
            : []),
          {
            label: t('billing.auto-pay'),
            value: (
              <>
                <Chip tone={autoPay ? 'good' : 'neutral'}>{t(autoPay ? 'billing.dashboard.on' : 'billing.dashboard.off')}</Chip>{' '}
                <Anchor href="/billing/billing-info" reload>
                  {autoPay ? t('billing.card.name', autoPay) : t('billing.dashboard.switch-on')}
                </Anchor>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}
