import type { Tree } from './tree.ts';

/** One replacement of an exact text in a file of the product. The text must be there once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that somebody could make. It still type-checks; the named test must notice. */
export interface Fault {
  readonly name: string;
  /** What would happen to people. */
  readonly harm: string;
  readonly edits: readonly Edit[];
  /** The file of the test, and its title; of a table of cases the part before the first filled-in word is enough. */
  readonly noticedBy: { readonly file: string; readonly title: string };
  /** The product itself may refuse to start instead: what it says then. */
  readonly orRefusedWith?: RegExp;
}

const core = (file: string): string => `platform/core/${file}`;
const leads = (file: string): string => `plugins/leads/${file}`;

const tenancy: readonly Fault[] = [
  {
    name: 'force-dropped',
    harm: 'whoever owns a table reads every business',
    edits: [{ file: 'migrations/001_core.sql', find: "  execute format('alter table %s force row level security', target);\n", replace: '' }],
    noticedBy: {
      file: core('test/tenancy-gates.db.test.ts'),
      title: 'has tenant_id, forced row-level security, one strict policy, and tenant_id first in its key',
    },
    orRefusedWith: /has no forced row-level security/,
  },
  {
    name: 'tolerant-policy',
    harm: 'a query without a business sees all of them',
    edits: [
      {
        file: 'migrations/001_core.sql',
        find: "using (tenant_id = (select current_setting(''portico.tenant_id'')::uuid)) with check",
        replace: "using (tenant_id = coalesce((select nullif(current_setting(''portico.tenant_id'', true), '''')::uuid), tenant_id)) with check",
      },
    ],
    noticedBy: { file: core('test/attack-matrix.db.test.ts'), title: 'every table but the door is an error, on a fresh connection and on a used one' },
  },
  {
    name: 'single-column-foreign-key',
    harm: 'a row of one business points into another',
    edits: [
      {
        file: 'plugins/accounts/migrations/001_accounts.sql',
        find: 'create unique index accounts_number',
        replace: 'create unique index accounts_id on accounts.accounts (id);\ncreate unique index accounts_number',
      },
      {
        file: 'plugins/accounts/migrations/001_accounts.sql',
        find: 'foreign key (tenant_id, account_id) references accounts.accounts\n);\ncreate index bill_groups_account',
        replace: 'foreign key (account_id) references accounts.accounts (id)\n);\ncreate index bill_groups_account',
      },
    ],
    noticedBy: { file: core('test/tenancy-gates.db.test.ts'), title: 'every foreign key to a table of a business carries tenant_id on both sides' },
  },
  {
    name: 'setting-of-the-session',
    harm: 'the next request on the connection acts for the business before it',
    edits: [{ file: core('database/transaction.ts'), find: 'begin; set local portico.tenant_id', replace: 'begin; set portico.tenant_id' }],
    noticedBy: { file: core('test/tenancy.db.test.ts'), title: 'leaves nothing of the business on its connection' },
  },
];

const requests: readonly Fault[] = [
  {
    name: 'host-falls-back',
    harm: 'an unknown address shows the first business',
    edits: [
      {
        file: core('http/host.ts'),
        find: 'const tenant = found && (await parts.core.tenants.byHost(found.host));',
        replace: 'const tenant = found && ((await parts.core.tenants.byHost(found.host)) ?? (await parts.core.tenants.all())[0]);',
      },
    ],
    noticedBy: { file: core('http/test/host.db.test.ts'), title: 'that nobody knows is answered with the same bytes on every path and method' },
  },
  {
    name: 'no-origin-check',
    harm: 'another site presses buttons in the name of who is signed in',
    edits: [
      {
        file: core('http/same-origin.ts'),
        find: '  if (needsProof(path, hasSession) && !provesOrigin(headers, tenantUrl, isPublicPage)) return new CrossSite();\n',
        replace: '  void needsProof(path, hasSession);\n',
      },
    ],
    noticedBy: { file: core('http/test/same-origin.test.ts'), title: 'without a session from' },
  },
  {
    name: 'key-beside-session',
    harm: 'it is not clear who acts',
    edits: [
      { file: core('http/same-origin.ts'), find: '  if (hasSession && headers.authorization !== undefined) return new TwoCredentials();\n', replace: '' },
    ],
    noticedBy: { file: core('http/test/same-origin.test.ts'), title: 'with a key and a session is refused: it is not clear who acts' },
  },
  {
    name: 'open-redirect',
    harm: 'signing in leads to a stranger’s site',
    edits: [{ file: core('http/safe-path.ts'), find: '(isSafePath(path) ? path : otherwise)', replace: "(typeof path === 'string' ? path : otherwise)" }],
    noticedBy: { file: core('http/test/pages.db.test.ts'), title: 'never leads to //evil.example' },
  },
  {
    name: 'page-of-a-plugin-that-is-off',
    harm: 'what was switched off is still there',
    edits: [{ file: core('http/pages.ts'), find: '!enabled.has(ref.pluginId)', replace: '!enabled' }],
    noticedBy: { file: core('http/test/pages.db.test.ts'), title: 'of a plugin that is switched off does not exist' },
  },
  {
    name: 'operation-of-a-plugin-that-is-off',
    harm: 'what was switched off still answers the API',
    edits: [
      {
        file: core('http/api.ts'),
        find: 'if (!matched || !(await visit.core.enablement.of(visit.tenant.id)).has(matched.operation.pluginId)) throw new NotFound();',
        replace: 'if (!matched) throw new NotFound();',
      },
    ],
    noticedBy: { file: core('http/test/host.db.test.ts'), title: 'of a plugin that is switched off answers like one that never was' },
  },
  {
    name: 'wall-removed',
    harm: 'one plugin’s part that throws takes the page of another with it',
    edits: [{ file: core('http/slots.ts'), find: '    return { ...shown, data: { ok: false } };', replace: '    throw error;' }],
    noticedBy: { file: core('http/test/pages.db.test.ts'), title: 'are given data of their own plugin; one that throws costs only itself' },
  },
  {
    name: 'connection-that-ends-is-not-heard',
    harm: 'a database connection that ends takes the whole process with it, for all businesses',
    edits: [
      { file: core('database/lent-connection.ts'), find: "  connection.on('error', lost);\n", replace: '' },
      {
        file: core('database/connect.ts'),
        find: "pool.on('connect', (connection) => void connection.on(",
        replace: "pool.on('connect', (connection) => void connection.off(",
      },
    ],
    noticedBy: { file: core('http/test/lost-connections.db.test.ts'), title: 'costs that call alone' },
  },
  {
    name: 'spent-time-keeps-its-connection',
    harm: 'operations that hang use up all connections, and nobody is answered any more',
    edits: [{ file: core('hooks/call.ts'), find: '    for (const listener of this.#listeners) listener(because);\n', replace: '' }],
    noticedBy: { file: core('http/test/lost-connections.db.test.ts'), title: 'keeps no connection when it' },
  },
  {
    name: 'union-waits-for-ever',
    harm: 'one plugin that hangs when it is asked for roles keeps everybody of its business waiting, and their connections with them',
    edits: [{ file: core('hooks/union.ts'), find: 'withinBudget(point.budgetMs,', replace: 'withinBudget(600_000,' }],
    noticedBy: { file: core('http/test/unions.db.test.ts'), title: 'about roles, and' },
  },
  {
    name: 'folded-calls-share-a-fate',
    harm: 'one bad lead fails those that were folded with it',
    edits: [
      {
        file: core('database/fold.ts'),
        find: '      else for (const waiting of batch) await this.#runBatch([waiting]);',
        replace: '      else for (const waiting of batch) waiting.reject(error);',
      },
    ],
    noticedBy: { file: core('test/fold.test.ts'), title: 'repeats a batch that fails one by one: a bad item fails alone' },
  },
];

const engine: readonly Fault[] = [
  {
    name: 'forgotten-outbox-row',
    harm: 'an event is written and never told',
    edits: [
      {
        file: core('dispatch/publish.ts'),
        find: '    deliveries.map((delivery) => delivery.id),',
        replace: '    deliveries.slice(0, 0).map((delivery) => delivery.id),',
      },
    ],
    noticedBy: { file: core('test/hooks.db.test.ts'), title: 'reaches its handler after commit, once, with a rising seq' },
  },
  {
    name: 'unfair-relay',
    harm: 'a business with much waiting holds up all others',
    edits: [{ file: core('dispatch/relay.ts'), find: 'businesses: 20, perBusiness: 100', replace: 'businesses: 1, perBusiness: 10_000' }],
    noticedBy: { file: core('test/hooks.db.test.ts'), title: 'takes turns: behind 10,000 events of one business, ten of another are among the first hundred' },
  },
  {
    name: 'failed-voter-counts-as-silent',
    harm: 'a plugin that crashed is taken for one without a view',
    edits: [{ file: core('hooks/decide.ts'), find: '    return [point.whenFailed];', replace: '    return [];' }],
    noticedBy: { file: core('test/hooks.db.test.ts'), title: 'a voter that is a slow has failed, which is neither no nor abstained' },
  },
  {
    name: 'nudge-lost',
    harm: 'a return that was withdrawn goes on until its timer ends',
    edits: [
      {
        file: 'platform/kit/workflow.ts',
        find: '    nudged = true;\n  });\n  for (;;) {\n    nudged = false; // before looking: a nudge while we look must not be lost\n    const turn = await whatNext(ref);',
        replace:
          '    nudged = false;\n  });\n  for (;;) {\n    nudged = false; // before looking: a nudge while we look must not be lost\n    const turn = await whatNext(ref);',
      },
    ],
    noticedBy: { file: core('test/processes.workflow.test.ts'), title: 'a nudge makes it look at the rows: a stolen egg is over at once' },
  },
  {
    name: 'sleep-in-a-workflow',
    harm: 'whatever waits when this is deployed can never be taken up again',
    edits: [
      {
        file: 'platform/kit/workflow.ts',
        find: '  setHandler,\n  workflowInfo,',
        replace: '  setHandler,\n  sleep,\n  workflowInfo,',
      },
      {
        file: 'platform/kit/workflow.ts',
        find: "    if ('do' in turn) await perform",
        replace: "    await sleep(1_000);\n    if ('do' in turn) await perform",
      },
    ],
    noticedBy: { file: 'plugins/returns/test/replay.workflow.test.ts', title: 'today’s workflow code takes the same way' },
  },
  {
    name: 'step-repeated',
    harm: 'a process does not remember its step and takes it again',
    edits: [
      {
        file: core('processes/turn.ts'),
        find: 'from portico.process_steps where process_id = ${processId} order by position`);',
        replace: "from portico.process_steps where process_id = ${processId} and outcome <> 'done' order by position`);",
      },
    ],
    noticedBy: {
      file: 'plugins/returns/test/return-approval.db.test.ts',
      title: 'untouched: all eight steps, the rule of the business approves, room is given back',
    },
  },
  {
    name: 'step-not-looked-at-again',
    harm: 'a step that was taken meanwhile is taken once more',
    edits: [{ file: core('processes/perform.ts'), find: '  if (!isDue(tx, next, stepKey)) return;\n', replace: "  if (!('step' in next)) return;\n" }],
    noticedBy: { file: 'plugins/returns/test/decide-return.db.test.ts', title: 'takes each step once, however often and by however many at once it is tried' },
  },
  {
    name: 'staff-do-what-the-owner-may',
    harm: 'staff switch off the owner',
    edits: [
      {
        file: core('permissions/rights.ts'),
        find: "if (role.role === 'staff') return scope === 'owner' ? undefined : EVERYTHING;",
        replace: "if (role.role === 'staff') return EVERYTHING;",
      },
    ],
    noticedBy: { file: 'plugins/workspace/test/workspace.db.test.ts', title: 'is not changed by staff, by a customer, or by the owner of another business' },
  },
];

const stories: readonly Fault[] = [
  {
    name: 'orders-short-of-a-batch',
    harm: 'leads of many places that arrive together go to nobody while an order has room',
    edits: [{ file: leads('order/order-book.ts'), find: 'atMost: ofType.get(typeId)! }', replace: 'atMost: Math.min(1, ofType.get(typeId)!) }' }],
    noticedBy: { file: leads('test/ingest.db.test.ts'), title: 'delivers all of 50 leads of 50 places that arrive at once, together as one by one' },
  },
  {
    name: 'days-without-end',
    harm: 'a day that no calendar keeps fails the page, and names no field',
    edits: [
      {
        file: 'platform/kit/time.ts',
        find: ".refine((day) => day >= FIRST_DAY && day < AFTER_LAST_DAY, 'portico.problem.day')",
        replace: ".refine((day) => day >= FIRST_DAY || day < AFTER_LAST_DAY, 'portico.problem.day')",
      },
    ],
    noticedBy: { file: 'apps/web/stories/bad-input.browser.test.ts', title: 'a wrong type is refused at its field, and the good ones beside it come back' },
  },
  {
    name: 'capacity-without-lock',
    harm: 'an order is sold more leads than it has room for',
    edits: [
      { file: leads('lead/ingest-lead.ts'), find: '  await lockOrderBook(tx);\n', replace: '  void lockOrderBook;\n' },
      { file: leads('order/order-book.ts'), find: '    order by o.starts_at, o.id\n    for no key update`', replace: '    order by o.starts_at, o.id`' },
    ],
    noticedBy: {
      file: leads('test/ingest.db.test.ts'),
      title: 'delivers 10 of 50 leads that arrive at once on an order with 10 left, in one statement and in 50 transactions',
    },
  },
  {
    name: 'dedupe-without-lock',
    harm: 'the same person is sold twice',
    edits: [{ file: leads('lead/ingest-lead.ts'), find: '  await lockOrderBook(tx);\n', replace: '  void lockOrderBook;\n' }],
    noticedBy: { file: leads('test/ingest.db.test.ts'), title: 'makes one lead of 20 twins that arrive in 20 transactions at once' },
  },
  {
    name: 'downline-ignored-in-the-list',
    harm: 'a manager’s list leaves out what those below have',
    edits: [{ file: leads('lead/lead-reach.ts'), find: 'const below = role.downlineMemberIds ?? [];', replace: 'const below: readonly Id[] = [];' }],
    noticedBy: { file: leads('test/lead-list.db.test.ts'), title: 'equal in list, count, search and single read' },
  },
  {
    name: 'room-given-back-twice',
    harm: 'an order grows by each repeated step',
    edits: [
      {
        file: leads('lead/give-back-lead.ts'),
        find: ' and d.given_back_at is null\n        and not exists (select from leads.lead_deliveries other where other.tenant_id = ${tenant.id} and other.given_back_cause = ${cause})',
        replace: '',
      },
    ],
    noticedBy: { file: leads('test/order.db.test.ts'), title: 'is booked once, however often and by whichever cause' },
  },
  {
    name: 'deadline-ignored',
    harm: 'a return that nobody looks at waits for ever',
    edits: [
      {
        file: 'workflows/return-approval/return-approval.case.ts',
        find: "return step('apply-deadline-rule', facts.decideBy,",
        replace: "return step('apply-deadline-rule', hoursAfter(facts.decideBy, 8760),",
      },
    ],
    noticedBy: {
      file: 'workflows/return-approval/test/return-approval.test.ts',
      title: 'is confirmed, asked about, told, reminded at half time, warned 4 h before, decided by the rule, booked and told',
    },
  },
  {
    name: 'cap-without-lock',
    harm: 'more leads come back than the business agreed to',
    edits: [{ file: 'plugins/returns/request-return.ts', find: '  await lockReturnsOfOrder(tx, lead.orderId);\n', replace: '  void lockReturnsOfOrder;\n' }],
    noticedBy: {
      file: 'plugins/returns/test/request-return.db.test.ts',
      title: 'the cap: 10 percent of 95 are 9, however many ask at once; denied and withdrawn ones free it (requirements 3.7)',
    },
  },
  {
    name: 'window-ignored',
    harm: 'a lead of last year comes back',
    edits: [
      {
        file: 'plugins/returns/request-return.ts',
        find: '  if (ctx.clock.now() > closedAt) throw',
        replace: '  if (ctx.clock.now() < lead.deliveredAt) throw',
      },
    ],
    noticedBy: {
      file: 'plugins/returns/test/request-return.db.test.ts',
      title: 'the window: open to its last instant, then closed, and the sentence says since when',
    },
  },
  {
    name: 'own-mistake-as-input',
    harm: 'a customer is told that the input is wrong when the code of a plugin is, and nobody hears of it',
    edits: [
      {
        file: core('errors/own-value.ts'),
        find: "    throw error instanceof z.core.$ZodError ? new UnfitValue('a schema refused a value that is no input', error) : error;",
        replace: '    throw error;',
      },
    ],
    noticedBy: { file: core('http/test/own-mistakes.db.test.ts'), title: 'on a page that is opened: unforeseen, and counted' },
  },
  {
    name: 'subject-taken-over',
    harm: "a plugin that calls a thing of its own Member rewrites who may see the customers' users",
    edits: [
      {
        file: core('plugins/misfit.ts'),
        find: '    if (subject) return `its subject ${subject} is declared by ${other.id} already: give it another name`;\n',
        replace: '    void subject;\n',
      },
    ],
    noticedBy: {
      file: core('test/set-aside.test.ts'),
      title: 'and whoever needs it with it; what the earlier one declared stays as it was',
    },
  },
];

const accounts = (file: string): string => `plugins/accounts/${file}`;
const billing = (file: string): string => `plugins/billing/${file}`;
const stripe = (file: string): string => `plugins/stripe/${file}`;

const money: readonly Fault[] = [
  {
    name: 'month-added-to-the-last-date',
    harm: 'who began on the 31st is billed on the 28th for ever',
    edits: [
      {
        file: billing('subscription/billing-calendar.ts'),
        find: 'intervalStart(anchor_on, interval_unit, interval_count, n);',
        replace: 'Array.from({ length: n }).reduce<string>((day) => intervalStart(day, interval_unit, interval_count, 1), anchor_on);',
      },
    ],
    noticedBy: { file: billing('test/billing-calendar.test.ts'), title: 'are counted from the anchor, never from the last one' },
  },
  {
    name: 'new-key-on-retry',
    harm: 'a lost answer makes a second intent',
    edits: [
      {
        file: stripe('gateway/charge.ts'),
        find: '{ idempotencyKey: `${order.attemptId}:create` }',
        replace: '{ idempotencyKey: `${order.attemptId}:${performance.now()}` }',
      },
    ],
    noticedBy: { file: stripe('test/pay.db.test.ts'), title: 'is given up when nobody knows whether it was begun' },
  },
  {
    name: 'charge-before-commit',
    harm: 'two people who pay the same invoice are both charged, and after a crash nobody knows of a charge',
    edits: [
      {
        file: billing('payment/pay-invoices.ts'),
        find: 'interface ChosenCard {',
        replace: 'const unwritten = new Map<Id, (tx: Tx) => Promise<void>>();\n\ninterface ChosenCard {',
      },
      {
        file: billing('payment/pay-invoices.ts'),
        find: '  await writeAttempt(tx, attempt);\n',
        replace: '  unwritten.set(attempt.id, (after) => writeAttempt(after, attempt));\n',
      },
      {
        file: billing('payment/pay-invoices.ts'),
        find: '    await settleOutcomes(ctx, news);\n',
        replace: '    await ctx.inTenant(async (tx) => unwritten.get(order.attemptId)?.(tx));\n    await settleOutcomes(ctx, news);\n',
      },
    ],
    noticedBy: { file: stripe('test/pay.db.test.ts'), title: 'is written down before the gateway hears of it' },
  },
  {
    name: 'float-money',
    harm: 'who types 19.99 is billed 19.98',
    edits: [
      {
        file: 'platform/kit/money.ts',
        find: "BigInt(match[2]! + (match[3] ?? '').padEnd(digits, '0'))",
        replace: "BigInt(Math.trunc(Number(`${match[2]!}.${match[3] ?? ''}`) * 10 ** digits))",
      },
    ],
    noticedBy: { file: billing('test/billing-calendar.test.ts'), title: 'is read digit by digit, where a floating-point number is short of a unit' },
  },
  {
    name: 'unsigned-webhook',
    harm: 'anybody says that an invoice is paid',
    edits: [
      {
        file: stripe('webhook/take-webhook.ts'),
        find: 'const event = Stripe.webhooks.constructEvent(raw, signature, webhookSecret, TOLERANCE_S, crypto);',
        replace: 'void [TOLERANCE_S, crypto];\n    const event = JSON.parse(raw.toString()) as Stripe.Event;',
      },
    ],
    noticedBy: { file: stripe('test/webhook.db.test.ts'), title: 'is refused, and nothing is stored' },
  },
  {
    name: 'event-stored-twice',
    harm: 'a repeated webhook is an error, and Stripe repeats it for three days',
    edits: [{ file: stripe('webhook/take-webhook.ts'), find: ' on conflict (tenant_id, event) do nothing`', replace: '`' }],
    noticedBy: { file: stripe('test/webhook.db.test.ts'), title: 'ends as if each had come once and in order' },
  },
  {
    name: 'refund-above-what-came-in',
    harm: 'more goes back than was paid',
    edits: [
      {
        file: billing('payment/refund-payment.ts'),
        find: '  if (payment.refunded_minor + amount.amount > payment.amount_minor) throw new RefundTooLarge();\n',
        replace: '  void RefundTooLarge;\n',
      },
    ],
    noticedBy: { file: stripe('test/refund.db.test.ts'), title: 'never goes back beyond what came in' },
  },
  {
    name: 'unsent-counted',
    harm: 'customers are asked for money of invoices that they cannot see',
    edits: [
      {
        file: billing('ledger/balance.queries.ts'),
        find: "i.account_id = ${accountId} and i.sent_at is not null and i.state = 'issued'\n      union all",
        replace: "i.account_id = ${accountId} and i.state = 'issued'\n      union all",
      },
    ],
    noticedBy: { file: billing('test/unsent.db.test.ts'), title: 'is 0.00 to the customer and the full sum in staff’s ledger' },
  },
  {
    name: 'received-booked-twice',
    harm: 'a payment on an order stands in the ledger twice after a crash',
    edits: [
      {
        file: billing('payment/book-received.ts'),
        find: 'findOne({ cause: received.cause })',
        replace: 'findOne({ cause: received.cause, note: received.cause })',
      },
      {
        file: billing('payment/book-received.ts'),
        find: 'lineOf(description, 1, amountMinor)], cause });',
        replace: 'lineOf(description, 1, amountMinor)] });',
      },
      { file: billing('payment/book-received.ts'), find: '      note,\n      cause,\n', replace: '      note,\n' },
    ],
    noticedBy: {
      file: leads('test/order-payments-booked.db.test.ts'),
      title: 'that was recorded before there was a ledger is booked too, and a process that ends in between books it once',
    },
  },
  {
    name: 'auto-pay-by-link',
    harm: 'whoever a pay link was forwarded to lets the customer’s invoices be charged to a card',
    edits: [
      {
        file: billing('payment/pay-invoices.ts'),
        find: "if (input.autoPay) tx.ctx.demand('change', 'BillingTerms', first!);",
        replace: '',
      },
    ],
    noticedBy: { file: stripe('test/pay.db.test.ts'), title: 'is paid by its link alone: whoever has only that agrees to nothing further' },
  },
  {
    name: 'marked-paid-twice',
    harm: 'a form that is sent twice books each of its payments twice',
    edits: [
      { file: billing('invoice/act-on-invoices.ts'), find: 'derivedId(`${formId} ${id}`)', replace: 'ctx.newId()' },
      { file: billing('invoice/act-on-invoices.ts'), find: 'import { derivedId, PorticoError, type Ctx }', replace: 'import { PorticoError, type Ctx }' },
      {
        file: billing('invoice/act-on-invoices.ts'),
        find: 'ctx: Ctx, invoiceIds: readonly Id[], formId: Id)',
        replace: 'ctx: Ctx, invoiceIds: readonly Id[], _formId: Id)',
      },
    ],
    noticedBy: {
      file: billing('test/invoices-at-once.db.test.ts'),
      title: 'are recorded as paid once each, however often the form is sent: from two tabs too',
    },
  },
  {
    name: 'formula-runs',
    harm: 'what a customer is called is run as a formula in the spreadsheet of the business',
    edits: [{ file: 'platform/kit/csv.ts', find: "FORMULA.test(cell) ? `'${cell}` : cell", replace: 'FORMULA.test(cell) ? cell : cell' }],
    noticedBy: { file: 'platform/kit/test/csv.test.ts', title: 'text that begins like a formula is never run in a spreadsheet' },
  },
  {
    name: 'cause-forgotten',
    harm: 'an order whose renewal is repeated after a crash is charged twice',
    edits: [
      { file: billing('invoice/invoice-for.ts'), find: 'lines: printed, cause }', replace: 'lines: printed }' },
      { file: billing('invoice/invoice-for.ts'), find: 'findOne({ cause: charge.cause })', replace: 'findOne({ cause: charge.cause, state: charge.cause })' },
    ],
    noticedBy: {
      file: leads('test/order-renewal.db.test.ts'),
      title: 'is one invoice, one charge and one order, wherever its process ends and however often it is repeated',
    },
  },
  {
    name: 'paused-order-renews',
    harm: 'who paused an order is charged for the next one',
    edits: [{ file: leads('renewal/renew-order.ts'), find: "order.state !== 'open' || !order.renewal", replace: '!order.renewal' }],
    noticedBy: { file: leads('test/order-renewal.db.test.ts'), title: 'that was paused between two steps of its renewal is charged nothing' },
  },
  {
    name: 'number-at-draft',
    harm: 'drafts that are thrown away leave gaps in the numbers',
    edits: [
      {
        file: billing('invoice/issue-invoice.ts'),
        find: '    total_minor: totalOf(draft.lines),\n',
        replace: "    total_minor: totalOf(draft.lines),\n    note: `${await tx.nextNumber('billing.invoice')}`,\n",
      },
    ],
    noticedBy: { file: billing('test/unsent.db.test.ts'), title: 'has its number from the moment of issue, and none before' },
  },
  {
    name: 'older-news-believed',
    harm: 'a webhook that comes late takes a payment back',
    edits: [
      {
        file: billing('payment/settle-attempts.ts'),
        find: 'RANK[STATE_OF[outcomes.get(id)!.kind]] > RANK[state]',
        replace: 'RANK[STATE_OF[outcomes.get(id)!.kind]] >= RANK[state]',
      },
    ],
    noticedBy: { file: billing('test/older-news.db.test.ts'), title: 'change nothing of a payment that is over' },
  },
  {
    name: 'balance-as-it-was',
    harm: 'who pays the whole balance is still owing, and does not know it',
    edits: [
      {
        file: billing('payment/pay-invoices.ts'),
        find: 'input.whole ? await othersOwed(tx, invoices) : 0',
        replace: 'input.whole ? 0 * (await othersOwed(tx, invoices)) : 0',
      },
    ],
    noticedBy: { file: stripe('test/races.db.test.ts'), title: 'is not charged when another invoice was sent meanwhile' },
  },
  {
    name: 'token-used-by-get',
    harm: 'a scanner of mails uses an invitation up before the person sees it',
    edits: [
      {
        file: accounts('public/invitation.server.ts'),
        find: "  const opened = await ctx.inTenant((tx) => invitationOfLink(tx, params['token']!));\n",
        replace:
          "  const opened = await ctx.inTenant(async (tx) => {\n    const found = await invitationOfLink(tx, params['token']!);\n    if (found) await found.row.$query(tx.sql).patch({ state: 'accepted', accepted_at: ctx.clock.now() });\n    return found;\n  });\n",
      },
    ],
    noticedBy: { file: accounts('test/invitation-link.db.test.ts'), title: 'may be opened as often as scanners like' },
  },
  {
    name: 'resend-keeps-the-older-link',
    harm: 'a link that was mailed to the wrong person opens the portal after it was sent again',
    edits: [{ file: accounts('invitation/send-again.ts'), find: 'generation: row.generation + 1', replace: 'generation: row.generation' }],
    noticedBy: { file: accounts('test/invitation.db.test.ts'), title: 'makes the older link dead at once' },
  },
  {
    name: 'invited-by-every-payment',
    harm: 'who let the first invitation pass is invited again each month',
    edits: [{ file: billing('payment/invite-payer.ts'), find: 'when: ({ first }) => first', replace: 'when: () => true' }],
    noticedBy: { file: billing('test/invite-payer.db.test.ts'), title: 'and let the invitation expire is not invited by a later payment' },
  },
  {
    name: 'effect-applied-twice',
    harm: 'two workers end a plan twice, and what was taken back in between is gone again',
    edits: [
      {
        file: core('hooks/effects/apply-effects.ts'),
        find: "  if (row?.state !== 'frozen' && row?.state !== 'failed') return;",
        replace: '  if (!row) return;',
      },
    ],
    noticedBy: { file: core('test/effects.db.test.ts'), title: 'is applied once by two workers at the same time' },
  },
  {
    name: 'held-lead-called',
    harm: 'people of a customer who is leaving are called while the customer can still change their mind',
    edits: [{ file: leads('queue/mark-called.ts'), find: "if (entry.state !== 'queued') throw", replace: "if (entry.state === 'withdrawn') throw" }],
    noticedBy: { file: leads('test/call-queue.db.test.ts'), title: 'what is held is not called; a mark taken back meanwhile rests too, and undo frees both' },
  },
  {
    name: 'bound-forgotten',
    harm: 'a misconfigured plan bills its customer again and again',
    edits: [{ file: billing('renewal/due-renewals.ts'), find: 'row.lately >= chargesPerDay', replace: 'row.lately < 0 && row.lately >= chargesPerDay' }],
    noticedBy: { file: stripe('test/renewal.db.test.ts'), title: 'stops with an alert when a plan would bill again and again' },
  },
  {
    name: 'hard-decline-retried',
    harm: 'a lost card is charged again and again, and its bank blocks the business',
    edits: [
      {
        file: 'workflows/collection/collection.case.ts',
        find: "if (facts.state !== 'declined') return undefined;",
        replace: "if (facts.state === 'needs-customer') return undefined;",
      },
    ],
    noticedBy: { file: stripe('test/collection.db.test.ts'), title: 'is never charged again when it is ' },
  },
  {
    name: 'new-card-charged-twice',
    harm: 'who chooses the card once more is charged with it once more',
    edits: [
      {
        file: billing('collection/note-new-card.ts'),
        find: 'where l.tenant_id = ${tenant.id} and l.invoice_id = c.invoice_id)`',
        replace: 'where l.tenant_id = ${tenant.id} and l.invoice_id = c.invoice_id and false)`',
      },
    ],
    noticedBy: { file: stripe('test/collection.db.test.ts'), title: 'is charged at once, and once, however often it is chosen' },
  },
  {
    name: 'retry-without-looking',
    harm: 'a worker that was frozen charges a card that has just been tried',
    edits: [{ file: billing('collection/try-again.ts'), find: 'row.ended_at || row.tries !== tries ||', replace: 'row.ended_at || tries < 0 ||' }],
    noticedBy: { file: stripe('test/collection-races.db.test.ts'), title: 'is not charged by a worker that was frozen since before the last try' },
  },
];

/** Every fault that `npm run sabotage` plants. */
export const faults: readonly Fault[] = [...tenancy, ...requests, ...engine, ...stories, ...money];

/** The texts of the files that a fault changes. Throws when a text to replace is not there exactly once. */
export function textsWith(tree: Tree, { name, edits }: Fault): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const { file, find, replace } of edits) {
    const text = changed[file] ?? tree.text(file);
    const times = text.split(find).length - 1;
    if (times !== 1) throw new Error(`${name}: the text to replace is ${times} times in ${file}: ${find.slice(0, 80)}`);
    changed[file] = text.replace(find, () => replace);
  }
  return changed;
}
