import type { PageProps } from '@portico/kit/page';
import {
  Anchor,
  Buttons,
  Card,
  Chip,
  type Column,
  Consequences,
  DataTable,
  DateTime,
  Dialog,
  DialogClose,
  DialogTrigger,
  EmptyState,
  Figure,
  Figures,
  Flash,
  FormArea,
  Notice,
  Num,
  PageBar,
  PageHead,
  Stack,
  SubmitButton,
  TextField,
  useText,
} from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import type { load } from './renewal-list.server.ts';

type Props = PageProps<typeof load>;
type Run = Props['data']['data'][number];
type Held = Props['data']['held'][number];

/** What the clock billed and charged by itself, what comes next, and the brake that stops it. */
export default function RenewalList({ data, refusal }: Props) {
  const t = useText();
  return (
    <>
      <PageHead
        title={t('billing.renewals')}
        sub={t('billing.renewals.about')}
        actions={data.brake ? undefined : <StopCharges refusal={refusal} />}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Stack>
        {data.brake && <BrakeNotice brake={data.brake} waiting={data.coming.waiting} />}
        <Coming coming={data.coming} />
        {data.held.length > 0 && <HeldBack held={data.held} />}
        <Runs data={data} />
      </Stack>
    </>
  );
}

function BrakeNotice({ brake, waiting }: { readonly brake: NonNullable<Props['data']['brake']>; readonly waiting: number }) {
  const t = useText();
  return (
    <Notice
      tone="bad"
      title={t('billing.brake.is-on')}
      action={
        brake.on === 'business' && (
          <Form method="post">
            <input type="hidden" name="intent" value="lift" />
            <SubmitButton look="main">{t('billing.brake.lift')}</SubmitButton>
          </Form>
        )
      }
    >
      {t(`billing.brake.on-${brake.on}`, { because: brake.because, by: brake.by })} <DateTime at={brake.since} />.{' '}
      {t('billing.brake.waiting', { count: waiting })}
    </Notice>
  );
}

function Coming({ coming }: { readonly coming: Props['data']['coming'] }) {
  const t = useText();
  return (
    <Figures>
      <Figure
        label={t('billing.renewals.next')}
        value={coming.nextAt ? <DateTime at={coming.nextAt} /> : '–'}
        note={coming.nextAt ? undefined : t('billing.renewals.none-coming')}
      />
      <Figure label={t('billing.renewals.in-seven-days')} value={<Num value={coming.inSevenDays} />} />
    </Figures>
  );
}

function StopCharges({ refusal }: Pick<Props, 'refusal'>) {
  const t = useText();
  const refused = refusal?.typed['intent'] === 'stop' ? refusal : undefined;
  return (
    <>
      <DialogTrigger target="stop-charges">{t('billing.brake.stop')}</DialogTrigger>
      <Dialog id="stop-charges" title={t('billing.brake.stop')} open={refused !== undefined}>
        <FormArea refusal={refused} prefix="stop-charges">
          <Consequences
            lines={[
              { icon: 'alert', text: t('billing.brake.then-nobody') },
              { icon: 'bill', text: t('billing.brake.then-invoices') },
              { icon: 'undo', text: t('billing.brake.then-lift') },
            ]}
          />
          <input type="hidden" name="intent" value="stop" />
          <TextField name="because" label={t('billing.brake.because')} hint={t('billing.brake.because-hint')} maxLength={200} />
          <Buttons end>
            <DialogClose target="stop-charges" look="bare">
              {t('billing.keep')}
            </DialogClose>
            <SubmitButton look="grave">{t('billing.brake.stop')}</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>
  );
}

function HeldBack({ held }: { readonly held: readonly Held[] }) {
  const t = useText();
  const columns: Column<Held>[] = [
    {
      key: 'account',
      header: t('billing.customer'),
      lead: true,
      cell: (row) => <Anchor href={`/console/billing/subscriptions/${row.id}`}>{row.account}</Anchor>,
    },
    { key: 'plan', header: t('billing.plan'), cell: (row) => row.plan },
    { key: 'because', header: t('billing.held.because'), cell: (row) => t(`billing.attention.${row.because}`) },
    { key: 'due', header: t('billing.held.due'), cell: (row) => <DateTime at={row.dueAt} /> },
  ];
  return (
    <Card flush title={t('billing.held')} about={t('billing.held.about')}>
      <DataTable
        caption={t('billing.held')}
        columns={columns}
        rows={held}
        rowKey={(row) => row.id}
        empty={<EmptyState icon="check" title={t('billing.held.none')} />}
        actions={(row) => (
          <Form method="post">
            <input type="hidden" name="intent" value="bill-again" />
            <input type="hidden" name="subscriptionId" value={row.id} />
            <SubmitButton small aria-label={t('billing.held.bill-of', { account: row.account })}>
              {t('billing.held.bill')}
            </SubmitButton>
          </Form>
        )}
      />
    </Card>
  );
}

function Runs({ data }: Pick<Props, 'data'>) {
  const t = useText();
  const columns: Column<Run>[] = [
    { key: 'opened', header: t('billing.run.at'), lead: true, cell: (run) => <DateTime at={run.openedAt} />, sort: true, firstWay: 'descending' },
    { key: 'state', header: t('billing.status'), cell: (run) => <RunChip run={run} /> },
    { key: 'periods', header: t('billing.run.periods'), align: 'end', cell: (run) => <Num value={run.periods} /> },
    { key: 'late', header: t('billing.run.late'), align: 'end', cell: (run) => <Num value={run.late} /> },
    { key: 'charges', header: t('billing.run.charges'), align: 'end', cell: (run) => <Num value={run.charges} /> },
    {
      key: 'declined',
      header: t('billing.run.declined'),
      align: 'end',
      cell: (run) =>
        run.declined === 0 ? (
          <Num value={0} />
        ) : (
          <Anchor href="/console/billing/failed-charges">
            <Num value={run.declined} />
          </Anchor>
        ),
    },
  ];
  return (
    <Card flush title={t('billing.runs')} about={t('billing.runs.about')}>
      <DataTable
        caption={t('billing.runs')}
        columns={columns}
        rows={data.data}
        rowKey={(run) => run.id}
        defaultSort="-opened"
        empty={<EmptyState icon="clock" title={t('billing.runs.none')} text={t('billing.runs.none.text')} />}
      />
      <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
    </Card>
  );
}

function RunChip({ run }: { readonly run: Run }) {
  const t = useText();
  if (run.finishedAt === null) return <Chip tone="wait">{t('billing.run.at-work')}</Chip>;
  return run.late > 0 ? <Chip tone="info">{t('billing.run.caught-up')}</Chip> : <Chip tone="good">{t('billing.run.done')}</Chip>;
}
