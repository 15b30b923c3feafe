import type { SlotProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Buttons, Card, Chip, DateTime, EmptyState, Facts, Figure, Figures, Money, Stack, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import { CollectionChip } from '../views/collection-parts.tsx';
import { InvoiceTable } from '../views/invoice-words.tsx';
import { PaymentTable } from '../views/payment-table.tsx';
import { SubscriptionTable } from '../views/subscription-words.tsx';
import type { load } from './customer-money.server.ts';

type Props = SlotProps<{ accountId: string }, typeof load>;
type Data = Props['data'];

/** On a customer's page: what is owed and what comes next, the newest of each kind, and the way to all of them. */
export default function CustomerMoney({ data }: Props) {
  const t = useText();
  const { accountId, invoices, subscriptions, payments } = data;
  const all = (list: string, more: boolean): ReactNode =>
    more && <Anchor href={`/console/billing/${list}?accountId=${accountId}`}>{t('billing.money.all')}</Anchor>;
  return (
    <Stack>
      <Balances data={data} />
      <FailedCharges data={data} />
      <Card flush title={t('billing.invoices')} aside={all('invoices', invoices.nextCursor !== null)}>
        <InvoiceTable
          invoices={invoices.data}
          plain
          hrefOf={({ id }) => `/console/billing/invoices/${id}`}
          empty={<EmptyState icon="bill" title={t('billing.money.no-invoices')} text={t('billing.money.no-invoices.text')} />}
        />
      </Card>
      <Card flush title={t('billing.subscriptions')} aside={all('subscriptions', subscriptions.nextCursor !== null)}>
        <SubscriptionTable
          subscriptions={subscriptions.data}
          hrefOf={({ id }) => `/console/billing/subscriptions/${id}`}
          empty={<EmptyState icon="bill" title={t('billing.money.no-subscriptions')} text={t('billing.money.no-subscriptions.text')} />}
        />
      </Card>
      <Card flush title={t('billing.payments')} aside={all('payments', payments.nextCursor !== null)}>
        <PaymentTable
          payments={payments.data}
          plain
          invoiceHref={(id) => `/console/billing/invoices/${id}`}
          empty={<EmptyState icon="bill" title={t('billing.money.no-payments')} text={t('billing.money.no-payments.text')} />}
        />
      </Card>
    </Stack>
  );
}

/** What is owed in each currency, what is billed next, and how it is paid. */
function Balances({ data: { accountId, balances, currency, next, cards } }: { readonly data: Data }) {
  const t = useText();
  const nothing = { amount: 0, currency };
  const owed = balances.length > 0 ? balances : [{ owed: nothing, pastDue: nothing, credit: nothing }];
  return (
    <Card title={t('billing.money')} aside={<Actions accountId={accountId} />}>
      <Stack>
        <Figures>
          {owed.map(({ owed: due, pastDue, credit }) => (
            <Figure
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
                    <>
                      {t('billing.money.credit')} <Money value={credit} />
                    </>
                  )}
                </>
              }
            />
          ))}
          <Figure
            label={t('billing.dashboard.next-date')}
            value={next.renewal ? <DateTime at={next.renewal.on} look="day" /> : '–'}
            note={
              next.renewal ? (
                <>
                  {next.renewal.plan}, <Money value={next.renewal.amount} />
                </>
              ) : (
                t('billing.dashboard.nothing-renews')
              )
            }
          />
        </Figures>
        {cards.length === 0 ? <p className="ui-quiet">{t('billing.money.no-card')}</p> : <Cards cards={cards} />}
      </Stack>
    </Card>
  );
}

function Actions({ accountId }: { readonly accountId: string }) {
  const t = useText();
  return (
    <Buttons>
      <ButtonLink href={`/console/billing/statement?accountId=${accountId}`}>{t('billing.statement')}</ButtonLink>
      <ButtonLink href={`/console/billing/invoices/new?for=${accountId}`}>{t('billing.invoice-new')}</ButtonLink>
      <ButtonLink href={`/console/billing/subscriptions/new?for=${accountId}`}>{t('billing.subscription-new')}</ButtonLink>
    </Buttons>
  );
}

function Cards({ cards }: { readonly cards: Data['cards'] }) {
  const t = useText();
  return (
    <Facts
      facts={cards.map((card) => ({
        label: card.billGroup,
        value: (
          <>
            {t('billing.card.name', { brand: card.brand, lastFour: card.lastFour })}{' '}
            {card.autoPay ? <Chip tone="good">{t('billing.money.auto-pay')}</Chip> : card.isDefault && <Chip tone="neutral">{t('billing.money.default')}</Chip>}
          </>
        ),
      }))}
    />
  );
}

/** Charges that failed and wait for something; without one nothing is said. */
function FailedCharges({ data: { accountId, failed } }: { readonly data: Data }) {
  const t = useText();
  if (failed.length === 0) return null;
  return (
    <Card title={t('billing.failed-charges')} aside={<Anchor href={`/console/billing/failed-charges?accountId=${accountId}`}>{t('billing.money.all')}</Anchor>}>
      <Facts
        facts={failed.map((charge) => ({
          label: t('billing.invoice.title', { number: charge.invoiceNumber }),
          value: (
            <>
              <Anchor href={`/console/billing/invoices/${charge.invoiceId}`}>
                <Money value={charge.open} />
              </Anchor>{' '}
              <CollectionChip charge={charge} /> {charge.because}
              {charge.nextTryAt && (
                <small className="ui-quiet">
                  {' '}
                  · {t('billing.collection.clock.try')} <DateTime at={charge.nextTryAt} />
                </small>
              )}
            </>
          ),
        }))}
      />
    </Card>
  );
}
