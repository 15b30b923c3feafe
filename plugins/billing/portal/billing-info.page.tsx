import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  ButtonLink,
  Buttons,
  Card,
  Chip,
  type Column,
  DataTable,
  DateTime,
  EmptyState,
  Facts,
  Flash,
  FormArea,
  Money,
  Notice,
  PageHead,
  Stack,
  SubmitButton,
  SwitchField,
  useText,
} from '@portico/ui';
import { CardFields } from '../views/card-fields.tsx';
import type { load } from './billing-info.server.ts';

type Props = PageProps<typeof load>;
type Data = Props['data'];

/** How the customer pays: kept cards, and auto-pay by the slider at the bottom. */
export default function BillingInfo({ data, refusal }: Props) {
  const t = useText();
  const { group, groups, form } = data;
  return (
    <>
      <PageHead
        title={t('billing.billing-info')}
        sub={groups.length > 1 ? group.name : t('billing.billing-info.about')}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Stack>
        {groups.length > 1 && (
          <Buttons>
            {groups.map(({ id, name }) => (
              <ButtonLink key={id} href={`/billing/billing-info?group=${id}`} look={id === group.id ? 'main' : 'plain'} reload>
                {name}
              </ButtonLink>
            ))}
          </Buttons>
        )}
        {!form && <Notice tone="wait" title={t('billing.no-card-payments')} />}
        <Awaited data={data} />
        <Cards data={data} />
        {data.setUp && form && <NewCard data={data} refusal={refusal} />}
        <AutoPay data={data} refusal={refusal} />
      </Stack>
    </>
  );
}

/** Charges that did not go through: what a new card is charged with, and what it has paid. */
function Awaited({ data: { awaited } }: { readonly data: Data }) {
  const t = useText();
  if (awaited.length === 0) return null;
  const isOpen = awaited.some(({ paidBy }) => !paidBy);
  return (
    <Card title={t(isOpen ? 'billing.card.awaited' : 'billing.card.awaited.done')} {...(isOpen ? { about: t('billing.card.awaited.about') } : {})}>
      <Facts
        facts={awaited.map(({ invoiceId, invoiceNumber, total, paidBy, isCharging, state }) => ({
          label: t('billing.invoice.title', { number: invoiceNumber }),
          value: (
            <>
              <Anchor href={`/billing/invoices/${invoiceId}`}>
                <Money value={total} />
              </Anchor>{' '}
              <Chip tone={paidBy ? 'good' : 'wait'}>
                {paidBy
                  ? t('billing.card.awaited.paid', { card: paidBy })
                  : t(isCharging ? 'billing.card.awaited.charging' : `billing.collection.state.${state}`)}
              </Chip>
            </>
          ),
        }))}
      />
    </Card>
  );
}

const hereWith = ({ group }: Data, more: string) => `/billing/billing-info?group=${group.id}&${more}`;

function Cards({ data }: { readonly data: Data }) {
  const t = useText();
  const columns: Column<Data['cards'][number]>[] = [
    {
      key: 'card',
      header: t('billing.card'),
      lead: true,
      cell: ({ brand, lastFour, isDefault }) => (
        <>
          <b>{t('billing.card.name', { brand, lastFour })}</b> {isDefault && <Chip tone="good">{t('billing.card.default')}</Chip>}
        </>
      ),
    },
    {
      key: 'expires',
      header: t('billing.card.expires'),
      cell: ({ expiresMonth, expiresYear }) => (expiresMonth ? `${String(expiresMonth).padStart(2, '0')}/${expiresYear}` : '–'),
    },
  ];
  const add = data.form && (
    <ButtonLink href={hereWith(data, 'card=new')} reload>
      {t('billing.card.add')}
    </ButtonLink>
  );
  return (
    <Card title={t('billing.cards')} flush aside={add}>
      <DataTable
        caption={t('billing.cards')}
        columns={columns}
        rows={data.cards}
        rowKey={({ id }) => id}
        actions={({ id, isDefault }) => (
          <FormArea>
            <input type="hidden" name="billGroupId" value={data.group.id} />
            <input type="hidden" name="methodId" value={id} />
            <Buttons>
              {!isDefault && (
                <SubmitButton small name="intent" value="default">
                  {t('billing.card.make-default')}
                </SubmitButton>
              )}
              <SubmitButton small look="bare" name="intent" value="remove">
                {t('billing.card.remove')}
              </SubmitButton>
            </Buttons>
          </FormArea>
        )}
        empty={<EmptyState icon="bill" title={t('billing.cards.empty')} text={t('billing.cards.empty.text')} />}
      />
    </Card>
  );
}

function NewCard({ data, refusal }: Props) {
  const t = useText();
  const refused = refusal?.typed['intent'] === 'add-card' ? refusal : undefined;
  return (
    <Card title={t('billing.card.add')}>
      <FormArea refusal={refused}>
        <Stack>
          <input type="hidden" name="intent" value="add-card" />
          <input type="hidden" name="billGroupId" value={data.group.id} />
          <CardFields form={data.form!} clientSecret={data.setUp!.clientSecret} refusal={refused} />
          <Buttons>
            <SubmitButton look="main">{t('billing.card.save')}</SubmitButton>
          </Buttons>
        </Stack>
      </FormArea>
    </Card>
  );
}

/** The slider stands last; it is on only after the page is submitted. */
function AutoPay({ data, refusal }: Props) {
  const t = useText();
  const { group, cards, wantsAutoPay } = data;
  const refused = refusal?.typed['intent'] === 'auto-pay' ? refusal : undefined;
  const card = cards.find(({ isDefault }) => isDefault);
  return (
    <Card title={t('billing.auto-pay')} about={group.autoPay ? t('billing.auto-pay.is-on') : t('billing.auto-pay.is-off')}>
      <FormArea refusal={refused}>
        <Stack>
          <input type="hidden" name="intent" value="auto-pay" />
          <input type="hidden" name="billGroupId" value={group.id} />
          {group.since && (
            <p className="ui-quiet">
              {t('billing.auto-pay.since')} <DateTime at={group.since} look="long" />
            </p>
          )}
          <SwitchField
            name="autoPay"
            label={t('billing.auto-pay')}
            hint={t('billing.auto-pay.mandate', { business: data.business })}
            defaultChecked={group.autoPay || wantsAutoPay}
          />
          {!card && data.form && (
            <ButtonLink href={hereWith(data, 'card=new&auto-pay=on')} reload>
              {t('billing.auto-pay.card-first')}
            </ButtonLink>
          )}
          <Buttons>
            <SubmitButton look="main">{t('billing.save')}</SubmitButton>
          </Buttons>
        </Stack>
      </FormArea>
    </Card>
  );
}
