import type { Transporter } from 'nodemailer';
import type { Id } from '@portico/kit';
import { MailLink, sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { again, backOffMs, doneWith, type Claimed } from '../dispatch/due-work.ts';
import { realClock } from '../observe/real-clock.ts';
import { brandingOf } from '../tenancy/branding.ts';
import { inkOn } from './ink.ts';
import { fillEmail } from './templates.ts';

const MOST_TRIES = 8;
/** A mail server that cannot be reached is no fault of the mail: with ten minutes between tries it is waited for a day. */
const MOST_TRIES_WITHOUT_SERVER = 150;

interface MailRow {
  readonly id: Id;
  readonly plugin_id: string;
  readonly template: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly message_id: string;
  readonly state: string;
  readonly tries: number;
  readonly last_error: string | null;
  readonly email: string | null;
  readonly name: string;
  readonly enabled: boolean;
}

/**
 * Sends one mail. *Sending* is committed before the message leaves; a lost answer leaves it *unknown*, and it is repeated
 * only with the same Message-ID, so that a mailbox can tell it is the same one. A repeat that is refused takes nothing of
 * that back: it stays unknown until it is sent, and whoever finds it parked or dropped reads that it may have arrived.
 */
export async function sendMail(context: HostContext, smtp: Transporter, claimed: Claimed): Promise<void> {
  const row = await takeForSending(context, claimed);
  if (!row) return;
  let message: object;
  try {
    message = await messageOf(context, row);
  } catch (error) {
    context.host.failures.note(context.tenant.id, row.plugin_id, `mail ${row.template}`, error);
    return settle(context, claimed, row, 'parked', givenUp(reasonOf(error), mayHaveLeft(row)));
  }
  try {
    await smtp.sendMail(message);
  } catch (error) {
    return notSent(context, claimed, row, error);
  }
  await settle(context, claimed, row, 'sent');
}

// A mail found in *sending* was interrupted: nobody knows whether it left. That is noted, and it is sent again as itself.
async function takeForSending(context: HostContext, claimed: Claimed): Promise<MailRow | undefined> {
  return context.inTenant(async (tx) => {
    const row = await tx.row<MailRow>(sql`select m.id, m.plugin_id, m.template, m.data, m.message_id, m.state, m.tries, m.last_error, u.email, u.name, u.enabled
      from portico.mails m join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id where m.id = ${claimed.refId} for update of m`);
    if (!row || !['waiting', 'sending', 'unknown'].includes(row.state)) {
      await doneWith(tx as HostTx, claimed);
      return undefined;
    }
    if (!row.email || !row.enabled) {
      await tx.run(
        sql`update portico.mails set state = 'dropped', last_error = ${givenUp(row.email ? 'the user is disabled' : 'the user has no address', mayHaveLeft(row))}, settled_at = ${tx.ctx.clock.now()} where id = ${row.id}`,
      );
      await doneWith(tx as HostTx, claimed);
      return undefined;
    }
    const last = row.state === 'sending' ? 'interrupted while it was sent: nobody knows whether it left' : null;
    await tx.run(sql`update portico.mails set state = 'sending', tries = tries + 1, last_error = coalesce(${last}, last_error) where id = ${row.id}`);
    return row;
  });
}

async function messageOf(context: HostContext, row: MailRow): Promise<object> {
  const { host, tenant } = context;
  const plugin = host.registry.byId(row.plugin_id);
  const entry = plugin?.manifest.emails?.[row.template];
  if (!plugin || !entry) throw new Error(`mail ${row.template} of ${row.plugin_id} is not installed`);
  const branding = await brandingOf(context);
  host.texts.setWords(tenant.id, branding.words);
  const written = Object.fromEntries(Object.entries(row.data).map(([name, value]) => [name, writtenAs(context, name, value)]));
  const subject = host.texts.text(tenant, entry.subject, { ...written, business: tenant.name });
  const values = {
    ...written,
    business: tenant.name,
    businessUrl: tenant.url,
    contactLine: branding.contactLine,
    recipientName: row.name,
    logoUrl: branding.logoFileId ? `${tenant.url}/files/${branding.logoFileId}` : '',
    subject,
    footer: host.texts.text(tenant, 'portico.mail.footer', { business: tenant.name }),
  };
  const filled = fillEmail(await host.templates.get(plugin.dir, row.template), values, {
    brand: branding.colour,
    brandInk: inkOn(branding.colour),
    brandSoft: '#f1f1ee',
  });
  return {
    from: { name: tenant.name, address: host.config.mailFrom },
    ...(branding.contactEmail ? { replyTo: branding.contactEmail } : {}),
    to: { name: row.name, address: row.email },
    subject: oneLine(subject),
    messageId: row.message_id,
    headers: { 'X-Portico-Business': tenant.slug },
    disableFileAccess: true,
    disableUrlAccess: true,
    ...filled,
  };
}

// A link is made here, when the mail leaves: what waits in the queue opens nothing, and no body is kept.
function writtenAs({ host, tenant, links }: HostContext, name: string, value: unknown): string {
  const link = MailLink.safeParse(value);
  if (link.success) return `${tenant.url}${link.data.link.path}${links.token(link.data.link)}`;
  return name.endsWith('At') ? host.texts.text(tenant, 'portico.mail.instant', { whenAt: String(value) }) : String(value ?? '');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * Errors after which the message surely did not leave: no connection could be made, or the server answered no. A connection
 * that closed is none of them: it may have closed after the message was taken.
 */
const SURELY_NOT_SENT = new Set(['ECONNREFUSED', 'EDNS', 'EAUTH', 'EENVELOPE']);

async function notSent(context: HostContext, claimed: Claimed, row: MailRow, error: unknown): Promise<void> {
  const { code, responseCode, syscall } = error as { code?: string; responseCode?: number; syscall?: string };
  const refused = responseCode !== undefined || syscall === 'connect' || (code !== undefined && SURELY_NOT_SENT.has(code));
  const mostTries = refused && responseCode === undefined ? MOST_TRIES_WITHOUT_SERVER : MOST_TRIES;
  const isUnknown = !refused || mayHaveLeft(row);
  if (row.tries + 1 >= mostTries || (responseCode ?? 0) >= 550) return settle(context, claimed, row, 'parked', givenUp(reasonOf(error), isUnknown));
  const state = isUnknown ? 'unknown' : 'waiting';
  context.host.metrics.mails.inc({ outcome: state });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.mails set state = ${state}, last_error = ${reasonOf(error)} where id = ${row.id}`);
    await again(tx as HostTx, claimed, backOffMs(row.tries + 1));
  });
}

const MAY_HAVE_ARRIVED = 'it may have arrived: ';

/**
 * Whether an earlier try may have reached the mailbox: its answer was lost, or nobody was left to hear it. A mail that was
 * given up with that remark keeps it, when somebody sends it again by hand.
 */
const mayHaveLeft = ({ state, last_error }: Pick<MailRow, 'state' | 'last_error'>): boolean =>
  state === 'unknown' || state === 'sending' || (last_error?.startsWith(MAY_HAVE_ARRIVED) ?? false);

/** Why a mail is sent no more, for whoever decides to send it once again. */
const givenUp = (reason: string, mayHaveArrived: boolean): string => (mayHaveArrived ? MAY_HAVE_ARRIVED + reason : reason);

async function settle(context: HostContext, claimed: Claimed, row: MailRow, state: 'sent' | 'parked', reason: string | null = null): Promise<void> {
  context.host.metrics.mails.inc({ outcome: state });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.mails set state = ${state}, last_error = ${reason}, settled_at = ${realClock.now()} where id = ${row.id}`);
    await doneWith(tx as HostTx, claimed);
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);
