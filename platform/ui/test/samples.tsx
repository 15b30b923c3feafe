/** Sample pages that use every component, with invented data. Rendered by the gallery test; also a place to read usage. */
import type { ReactNode } from 'react';
import {
  Button,
  ButtonLink,
  Buttons,
  Card,
  CheckField,
  Chip,
  ColourField,
  type Column,
  Consequences,
  CopyField,
  DataTable,
  DateField,
  DateTime,
  Dialog,
  DialogClose,
  DialogTrigger,
  EmptyState,
  ErrorPanel,
  Facts,
  FileField,
  Figure,
  Figures,
  Flash,
  FormArea,
  FormCard,
  Frame,
  type FrameProps,
  Headline,
  Icon,
  Kbd,
  KeyHints,
  Menu,
  MenuLink,
  Meter,
  Money,
  NoMatch,
  Notice,
  PageBar,
  PageHead,
  PartNotAvailable,
  PasswordField,
  PrintButton,
  RadioGroup,
  Row,
  SelectField,
  SignInFrame,
  Skeleton,
  Slot,
  Split,
  Stack,
  SubmitButton,
  SwitchField,
  Tabs,
  TextareaField,
  TextField,
  Timeline,
  Toolbar,
  type Tone,
  UndoBanner,
} from '../index.ts';
import { Form } from '../navigation.ts';

/** The instant that the samples take for now. */
export const NOW = '2026-11-22T17:30:00.000Z';

const harborline = { name: 'Harborline', home: '/', lines: ['Harbor St 14, Portland', '+1 503 555 0142'] };
const portalNav = [
  { label: 'Dashboard', href: '/', icon: 'home' },
  { label: 'Leads', href: '/leads', icon: 'leads', count: 12, children: [{ label: 'Returns', href: '/returns', icon: 'return' }] },
  { label: 'Orders', href: '/orders', icon: 'order' },
  { label: 'Appointments', href: '/appointments', icon: 'calendar' },
  { label: 'Billing', href: '/billing', icon: 'bill' },
  { label: 'Reports', href: '/reports', icon: 'chart' },
];
const consoleNav = [
  { label: 'Today', href: '/', icon: 'home' },
  { label: 'Customers', href: '/customers', icon: 'users' },
  { label: 'Leads', href: '/leads', icon: 'leads' },
  { label: 'Returns', href: '/queue', icon: 'return', count: 7 },
  { label: 'Orders', href: '/orders', icon: 'order' },
  { label: 'Plugins', href: '/plugins', icon: 'plug' },
  { label: 'Branding', href: '/branding', icon: 'palette' },
];

const frame = (props: Partial<FrameProps>, children: ReactNode) => (
  <Frame
    business={harborline}
    area="Brightside Roofing"
    nav={portalNav}
    person={{ name: 'Dana Kim', detail: 'dana@brightside.example' }}
    contact="/contact"
    settings="/settings"
    theme="auto"
    {...props}
  >
    {children}
  </Frame>
);

interface Lead {
  readonly id: string;
  readonly name: string;
  readonly town: string;
  readonly type: string;
  readonly received: string;
  readonly status: string;
  readonly tone: Tone;
  readonly who: string;
  readonly isNew?: boolean;
}

const LEADS: readonly Lead[] = [
  {
    id: '1',
    name: 'Maren Oduya',
    town: 'Gresham 97030',
    type: 'Roofing',
    received: '2026-11-22T17:12:00.000Z',
    status: 'Not contacted',
    tone: 'neutral',
    who: 'Dana Kim',
    isNew: true,
  },
  {
    id: '2',
    name: 'Theo Lindqvist',
    town: 'Portland 97212',
    type: 'Roofing',
    received: '2026-11-22T16:47:00.000Z',
    status: 'Not contacted',
    tone: 'neutral',
    who: 'Nobody yet',
    isNew: true,
  },
  {
    id: '3',
    name: 'Priya Raman',
    town: 'Beaverton 97005',
    type: 'Gutters',
    received: '2026-11-22T00:30:00.000Z',
    status: 'Appointment Tue 10:00',
    tone: 'good',
    who: 'Luis Ortega',
  },
  {
    id: '4',
    name: 'Sam Whitlock',
    town: 'Salem 97301',
    type: 'Roofing',
    received: '2026-11-21T19:05:00.000Z',
    status: 'Return pending',
    tone: 'wait',
    who: 'Dana Kim',
  },
  {
    id: '5',
    name: 'Ines Carvalho',
    town: 'Hillsboro 97123',
    type: 'Roofing',
    received: '2026-11-19T22:22:00.000Z',
    status: 'Contacted',
    tone: 'info',
    who: 'Ruth Abara',
  },
  {
    id: '6',
    name: 'Joon Park',
    town: 'Tigard 97223',
    type: 'Siding',
    received: '2026-11-19T17:58:00.000Z',
    status: 'Return denied',
    tone: 'bad',
    who: 'Luis Ortega',
  },
  {
    id: '7',
    name: 'Adaeze Obi',
    town: 'Portland 97206',
    type: 'Roofing',
    received: '2025-11-19T01:41:00.000Z',
    status: 'Returned',
    tone: 'good',
    who: 'Dana Kim',
  },
];

const leadColumns: readonly Column<Lead>[] = [
  {
    key: 'name',
    header: 'Name',
    sort: true,
    cell: (lead) => (
      <>
        <a href={`/leads/${lead.id}`}>{lead.name}</a> {lead.isNew && <Chip tone="new">New</Chip>}
        <div>{lead.town}</div>
      </>
    ),
  },
  { key: 'type', header: 'Type', sort: true, cell: (lead) => lead.type },
  { key: 'received', header: 'Received', sort: true, firstWay: 'descending', cell: (lead) => <DateTime at={lead.received} /> },
  { key: 'status', header: 'Status', sort: true, cell: (lead) => <Chip tone={lead.tone}>{lead.status}</Chip> },
  { key: 'assignee', header: 'Assigned to', sort: true, cell: (lead) => lead.who },
];

const leadFilters = [
  {
    kind: 'select',
    name: 'type',
    label: 'Type',
    all: 'All types',
    options: [
      { value: 'roofing', label: 'Roofing' },
      { value: 'gutters', label: 'Gutters' },
    ],
  },
  { kind: 'dates', name: 'received', label: 'Received', from: 'from', to: 'to' },
] as const;

const Leads = () =>
  frame(
    {},
    <>
      <PageHead
        title="Leads"
        sub="You see your leads and those of 3 people below you."
        actions={
          <>
            <Button type="button">Export</Button>
            <ButtonLink href="/leads/assign" look="main">
              Assign leads
            </ButtonLink>
          </>
        }
      />
      <Card flush label="Leads">
        <Toolbar search={{ placeholder: 'Name, town, e-mail or phone' }} filters={leadFilters} />
        <DataTable
          caption="Leads"
          columns={leadColumns}
          rows={LEADS}
          rowKey={(lead) => lead.id}
          defaultSort="-received"
          isFresh={(lead) => lead.isNew ?? false}
          actions={(lead) => (
            <ButtonLink href={`/leads/${lead.id}`} small>
              Open Lead
            </ButtonLink>
          )}
        />
        <PageBar shown={50} total={1000} isFloor nextCursor="abc" />
      </Card>
    </>,
  );

const returnTimeline = (
  <Timeline
    past={[
      { text: 'Delivered to you', at: '2026-11-21T19:05:00.000Z' },
      { text: 'You asked to return it: out of my area', at: '2026-11-21T23:40:00.000Z' },
    ]}
    now={{ text: 'Waiting for Harborline to decide', note: 'Decision by 23 Nov, 15:40' }}
    planned={[
      { text: 'Staff are reminded', at: '2026-11-22T23:40:00.000Z' },
      { text: 'The owner is warned', at: '2026-11-23T19:40:00.000Z' },
      { text: 'Approved, if nobody decided', at: '2026-11-23T23:40:00.000Z', note: 'order 1007 gets one lead back' },
    ]}
  />
);

const leadFacts = [
  { label: 'Phone', value: <a href="tel:+15035550188">(503) 555-0188</a> },
  { label: 'Email', value: <a href="mailto:sam.whitlock@example.com">sam.whitlock@example.com</a> },
  { label: 'Address', value: '2210 Cherry Ave NE, Salem 97301' },
  { label: 'Roof age', value: '22 years' },
  { label: 'Wants', value: 'Replacement, within 3 months' },
  { label: 'Remarks', value: '' },
];

const LeadDetail = () =>
  frame(
    {},
    <>
      <PageHead
        title="Sam Whitlock"
        chip={<Chip tone="wait">Return pending</Chip>}
        sub="Roofing · received yesterday, 11:05 · order 1007"
        crumbs={[{ label: 'Leads', href: '/leads' }]}
        banner={<Flash>The return was requested. Harborline decides by 23 Nov, 15:40.</Flash>}
        actions={
          <>
            <Button type="button" icon="mail">
              Email
            </Button>
            <DialogTrigger target="assign" icon="user">
              Assign
            </DialogTrigger>
            <PrintButton />
            <Button look="main">Create appointment</Button>
          </>
        }
      />
      <Split side={<Card title="What happens next">{returnTimeline}</Card>}>
        <Card flush label="Lead">
          <Tabs
            label="Lead"
            tabs={[
              { href: '/leads/4', label: 'Details', current: true },
              { href: '/leads/4/activity', label: 'Activity' },
              { href: '/leads/4/files', label: 'Files', count: 2 },
              { href: '/leads/4/appointments', label: 'Appointments' },
              { href: '/leads/4/return', label: 'Return' },
            ]}
          />
          <div className="ui-card-body">
            <Facts facts={leadFacts} />
          </div>
        </Card>
      </Split>
      <Dialog id="assign" title="Assign Sam Whitlock">
        <FormArea action="/leads/4">
          <SelectField name="user" label="Assign to" placeholder="Nobody yet" options={[{ value: 'dana', label: 'Dana Kim' }]} optional />
          <Buttons end>
            <DialogClose target="assign" look="bare">
              Cancel
            </DialogClose>
            <SubmitButton pendingText="Assigning…">Assign</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>,
  );

const planLines = [
  { icon: 'card', text: 'The charge of $480.00 on 1 December will not be made', note: 'Visa ending 4242' },
  { icon: 'stop', text: '34 leads of this plan leave the call queue', note: 'Leads of your other plan stay' },
  { icon: 'order', text: 'Order 1007 closes; what was delivered stays yours' },
  { icon: 'calendar', text: '2 appointments stay as they are' },
] as const;

const Subscription = () =>
  frame(
    {},
    <>
      <PageHead
        title="Growth plan"
        sub="$480.00 a month · 40 leads included"
        crumbs={[{ label: 'Subscriptions', href: '/billing' }]}
        banner={
          <UndoBanner title="Your plan will be cancelled at 10:24" text="Until then nothing is done. Changed your mind?" secondsLeft={372} secondsTotal={600}>
            <form method="post">
              <Button look="main">Undo cancellation</Button>
            </form>
          </UndoBanner>
        }
        actions={<Button>Change plan</Button>}
      />
      <Split
        side={
          <Card title="Timeline">
            <Timeline
              past={[
                { text: 'Renewed, $480.00 paid', at: '2026-11-01T19:00:00.000Z' },
                { text: 'Dana Kim asked to cancel', at: '2026-11-22T18:14:00.000Z' },
              ]}
              now={{ text: 'You can undo until 10:24' }}
              planned={[
                { text: 'Plan ends, leads leave the queue', at: '2026-11-22T18:24:00.000Z' },
                { text: 'We confirm by e-mail', at: '2026-11-22T18:24:00.000Z' },
              ]}
            />
          </Card>
        }
      >
        <Card title="When it takes effect">
          <Consequences lines={planLines} />
        </Card>
        <Card title="Plan details">
          <Facts
            facts={[
              { label: 'Start date', value: <DateTime at="2026-03-01" look="long" /> },
              { label: 'Renewal date', value: <DateTime at="2026-12-01" look="long" /> },
              { label: 'Leads this period', value: <Meter label="Leads this period" value={31} max={40} /> },
            ]}
          />
        </Card>
      </Split>
    </>,
  );

const Dashboard = () =>
  frame(
    {},
    <>
      <PageHead title="Good morning, Dana" sub="Brightside Roofing · Main office" />
      <Stack>
        <Card label="Balance">
          <Headline
            label="Balance due"
            value={<Money value={{ amount: 31240, currency: 'USD' }} />}
            note={
              <>
                <Chip tone="bad">Past Due</Chip>
                <span>$96.00 was due on 15 Nov</span>
              </>
            }
            actions={
              <>
                <Button>Choose invoices</Button>
                <Button look="main">Pay $312.40</Button>
              </>
            }
          />
        </Card>
        <Figures>
          <Figure label="Next billing date" value="1 Dec" note="Monthly · about $180.00" />
          <Figure label="Auto-pay" value="Off" note={<a href="/billing">Turn on auto-pay</a>} />
          <Figure label="Next visit" value="Tue 24" note="8:00–10:00 · Mowing, edging" />
        </Figures>
        <Card title="Recent invoices" flush>
          <DataTable
            caption="Recent invoices"
            rows={
              [
                { n: 'GF-2041', date: '2026-11-01', due: '2026-11-15', tone: 'bad', status: 'Past due', amount: 9600 },
                { n: 'GF-2058', date: '2026-11-15', due: '2026-11-29', tone: 'info', status: 'Open', amount: 21640 },
                { n: 'GF-1987', date: '2026-10-01', due: '2026-10-15', tone: 'good', status: 'Paid', amount: 18000 },
              ] as const
            }
            rowKey={(row) => row.n}
            columns={[
              { key: 'n', header: 'Number', cell: (row) => <a href={`/billing/${row.n}`}>{row.n}</a> },
              { key: 'date', header: 'Date', cell: (row) => <DateTime at={row.date} /> },
              { key: 'due', header: 'Due', cell: (row) => <DateTime at={row.due} /> },
              { key: 'status', header: 'Status', cell: (row) => <Chip tone={row.tone}>{row.status}</Chip> },
              { key: 'amount', header: 'Amount', align: 'end', cell: (row) => <Money value={{ amount: row.amount, currency: 'USD' }} /> },
            ]}
            actions={() => <Button small>Pay</Button>}
          />
        </Card>
      </Stack>
    </>,
  );

const queueRows = [
  { id: 'a', name: 'Sam Whitlock', reason: 'Out of my area', by: '2026-11-22T23:40:00.000Z', tone: 'wait', says: 'Review', before: '2 of 38 this cycle' },
  {
    id: 'b',
    name: 'Joon Park',
    reason: 'Wrong number',
    by: '2026-11-23T02:02:00.000Z',
    tone: 'bad',
    says: 'Deny: number answered',
    before: '2 of 38 this cycle',
  },
  { id: 'c', name: 'Hana Sato', reason: 'Duplicate', by: '2026-11-23T17:15:00.000Z', tone: 'good', says: 'Approve: same phone on 3 Nov', before: 'None' },
] as const;

const Queue = () =>
  frame(
    {
      nav: consoleNav,
      area: 'Console',
      contact: undefined,
      hasRowKeys: true,
      tools: (
        <span className="ui-quiet">
          Keys <Kbd>?</Kbd>
        </span>
      ),
    },
    <>
      <PageHead
        title="Returns to decide"
        sub="7 waiting · the oldest is due in 6 hours"
        actions={
          <KeyHints>
            <Kbd>A</Kbd> approve <Kbd>D</Kbd> deny <Kbd>J</Kbd> next
          </KeyHints>
        }
      />
      <Card flush label="Returns">
        <DataTable
          caption="Returns to decide"
          keys
          rows={queueRows}
          rowKey={(row) => row.id}
          defaultSort="by"
          selection={{
            label: (row) => `Pick ${row.name}`,
            bar: (
              <>
                <Button small name="decision" value="deny" look="grave">
                  Deny picked
                </Button>
                <Button small name="decision" value="approve">
                  Approve picked
                </Button>
              </>
            ),
          }}
          columns={[
            {
              key: 'lead',
              header: 'Lead',
              sort: true,
              cell: (row) => (
                <>
                  <a href={`/queue/${row.id}`}>{row.name}</a>
                  <div>Brightside Roofing · order 1007</div>
                </>
              ),
            },
            { key: 'reason', header: 'Reason', sort: true, cell: (row) => row.reason },
            { key: 'by', header: 'Decide by', sort: true, cell: (row) => <DateTime at={row.by} /> },
            { key: 'says', header: 'Plugins say', cell: (row) => <Chip tone={row.tone}>{row.says}</Chip> },
            { key: 'before', header: 'Returned before', cell: (row) => row.before },
          ]}
          actions={(row) => (
            <>
              <DialogTrigger target="deny" small look="grave" rowKey="d">
                Deny
              </DialogTrigger>
              <Form method="post">
                <Button small look="main" rowKey="a" name="approve" value={row.id}>
                  Approve
                </Button>
              </Form>
            </>
          )}
        />
      </Card>
      <Dialog id="deny" title="Deny this return">
        <FormArea>
          <TextareaField name="reason" label="Reason" hint="The customer reads it." />
          <Buttons end>
            <SubmitButton look="grave">Deny return</SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>,
  );

const choices = [
  { value: 'area', label: 'Out of my area', hint: 'Outside the postal codes of the order.' },
  { value: 'phone', label: 'Wrong number' },
];

const Forms = () =>
  frame(
    { nav: consoleNav, area: 'Console' },
    <>
      <PageHead title="New customer" crumbs={[{ label: 'Customers', href: '/customers' }]} />
      <Stack>
        <FormCard
          title="Customer"
          about="A first bill group and an account admin are made with it."
          submit="Save"
          cancel="/customers"
          refusal={{ fields: { email: 'Please give an e-mail address.', reason: 'Please choose one.' }, typed: { email: 'dana@', name: 'Brightside' } }}
        >
          <div className="ui-form-pair">
            <TextField name="name" label="Name" />
            <TextField name="vat" label="Tax number" optional />
          </div>
          <TextField name="email" type="email" label="Email" autoComplete="email" icon="mail" hint="The invitation goes there." />
          <TextField name="price" label="Price per lead" inputMode="decimal" before="$" />
          <PasswordField name="password" label="Password" autoComplete="new-password" hint="At least 12 characters." />
          <SelectField name="zone" label="Time zone" options={[{ value: 'America/Los_Angeles', label: 'Los Angeles' }]} />
          <DateField name="start" label="Start date" defaultValue="2026-12-01" />
          <TextareaField name="notes" label="Notes" optional />
          <RadioGroup name="reason" label="Return reason" options={choices} />
          <CheckField name="admin" label="Admin Access" hint="Sees and pays everything of the account." />
          <SwitchField name="enabled" label="Enabled" defaultChecked />
          <ColourField name="colour" label="Brand colour" defaultValue="#ffd400" hint="Darkened from #ffd400 to #7a5f00 to reach 4.5:1" />
          <FileField name="logo" label="Logo" optional accept="image/*" />
        </FormCard>
        <Card title="Lead source">
          <CopyField label="Key" value="pk_live_0123456789" hint="Shown once." />
        </Card>
      </Stack>
    </>,
  );

const Broken = () => {
  throw new Error('planted');
};

const States = () =>
  frame(
    { nav: consoleNav, area: 'Console' },
    <>
      <PageHead title="States" />
      <Stack>
        <Notice title="The charge brake is on" tone="wait" action={<Button small>Release</Button>}>
          No card is charged until somebody releases it.
        </Notice>
        <Notice tone="info">Orders are paused on Sunday.</Notice>
        <Flash tone="bad">The return could not be sent. Nothing was changed.</Flash>
        <Card title="Nothing yet">
          <EmptyState
            title="No returns yet"
            text="When you return a lead, it stands here until it is decided."
            action={<ButtonLink href="/leads">Go to leads</ButtonLink>}
          />
        </Card>
        <Card label="No match">
          <NoMatch />
        </Card>
        <Card label="Parts">
          <Slot
            fills={[
              { plugin: 'sample', view: 'broken', title: 'Broken', View: Broken, data: { ok: true, value: {} } },
              { plugin: 'sample', view: 'late', title: 'Late', View: Broken, data: { ok: false } },
            ]}
            props={{}}
          />
          <PartNotAvailable />
          <Skeleton />
        </Card>
        <Row>
          <Menu label="More">
            <MenuLink href="/export" icon="download" reload>
              Export
            </MenuLink>
          </Menu>
          <Button pending pendingText="Saving…">
            Save
          </Button>
          <Button disabled>Not now</Button>
          <Button look="grave">Remove</Button>
          <Button look="bare">Cancel</Button>
          <Icon name="no such icon" />
        </Row>
        <Row>
          <Chip tone="good">Good</Chip>
          <Chip tone="wait">Waiting</Chip>
          <Chip tone="bad">Bad</Chip>
          <Chip tone="info">Info</Chip>
          <Chip>Neutral</Chip>
        </Row>
      </Stack>
    </>,
  );

const ErrorPage = () => frame({}, <ErrorPanel reference="01J9-7F3A" contact="/contact" />);

const SignIn = () => (
  <SignInFrame business={{ name: 'Greenfold Lawn' }} title="Sign in" help={[{ label: 'Contact us', href: '/contact' }]}>
    <FormArea>
      <TextField name="login" label="Email or user name" autoComplete="username" defaultValue="dana@brightside.example" />
      <PasswordField name="password" label="Password" autoComplete="current-password" />
      <SubmitButton wide pendingText="Signing in…">
        Sign in
      </SubmitButton>
      <a href="/forgot">Forgot password</a>
    </FormArea>
  </SignInFrame>
);

/** Page name → its address (query included) and view. */
export const SAMPLES: Readonly<Record<string, { readonly at: string; readonly View: () => ReactNode }>> = {
  leads: { at: '/leads?type=roofing&from=2026-10-24&q=port', View: Leads },
  lead: { at: '/leads/4', View: LeadDetail },
  subscription: { at: '/billing/1', View: Subscription },
  dashboard: { at: '/', View: Dashboard },
  queue: { at: '/queue', View: Queue },
  forms: { at: '/customers/new', View: Forms },
  states: { at: '/states?q=x&sort=name', View: States },
  error: { at: '/broken', View: ErrorPage },
  'sign-in': { at: '/sign-in', View: SignIn },
};
