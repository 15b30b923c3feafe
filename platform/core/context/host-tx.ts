import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Model, QueryBuilder } from 'objection';
import type { Case, Clock, EffectPoint, EventPoint, Freeze, FrozenEffect, Id } from '@portico/kit';
import { sql, type Brake, type Branding, type Files, type Keys, type Sql, type Tx, type Users } from '@portico/kit/server';
import { knexOver } from '../database/connect.ts';
import { lendConnection } from '../database/lent-connection.ts';
import type { OpenTransaction, Statement } from '../database/transaction.ts';
import { publishAll } from '../dispatch/publish.ts';
import { effectsOf } from '../hooks/effects/effect-rows.ts';
import { freezeEffects, releaseEffects } from '../hooks/effects/freeze.ts';
import { keysIn } from '../identity/api-keys.ts';
import { usersIn } from '../identity/users.ts';
import { brakeIn } from '../plugins/brakes.ts';
import { queueMail, queueMails } from '../mail/queue-mail.ts';
import { endProcess, nudgeProcess, startProcess } from '../processes/process-rows.ts';
import { filesIn } from '../storage/files.ts';
import { readBranding } from '../tenancy/branding.ts';
import type { HostContext } from './host-context.ts';

// Prepared statements are kept per connection and text. Texts with lists of changing length would fill it: past this many
// the rest run unprepared.
const PREPARED_TEXTS = 400;
const preparedNames = new Map<string, string>();

function preparedName(text: string): string | undefined {
  const known = preparedNames.get(text);
  if (known || preparedNames.size >= PREPARED_TEXTS) return known;
  const name = `s${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`;
  preparedNames.set(text, name);
  return name;
}

/** A statement for the driver, prepared under a name of its own. */
export const statementOf = ({ text, values }: Sql): Statement => ({ text, values: values as unknown[], name: preparedName(text) });

/** The host's implementation of Tx, over one open transaction. */
export class HostTx implements Tx {
  #knex: Knex.Transaction | undefined;

  constructor(
    readonly context: HostContext,
    private readonly open: OpenTransaction,
  ) {}

  /** The same open transaction in another plugin's name. Closing it stays with whoever opened it. */
  as(context: HostContext): HostTx {
    context.joinClock(this.context);
    return new HostTx(context, this.open);
  }

  /** The same, but only until `end`: what comes later from somebody who was too slow is refused, and reaches nobody's transaction. */
  lend(context: HostContext): { readonly tx: HostTx; end(): void } {
    context.joinClock(this.context);
    const lent = lendConnection(this.open.connection);
    return { tx: new HostTx(context, { ...this.open, connection: lent.connection }), end: lent.end };
  }

  get ctx(): HostContext {
    return this.context;
  }

  /** The connection itself, for COPY. */
  get connection() {
    return this.open.connection;
  }

  /** Ends the transaction at once, with all that still works in it: it fails with this error. */
  cutOff(because: Error): void {
    this.open.cutOff(because);
  }

  get sql(): Knex.Transaction {
    this.#knex ??= knexOver(this.open.connection);
    return this.#knex;
  }

  query<M extends Model>(model: { new (): M }): QueryBuilder<M, M[]> {
    return (model as unknown as typeof Model).query(this.sql) as unknown as QueryBuilder<M, M[]>;
  }

  async rows<Row extends object>(statement: Sql): Promise<Row[]> {
    const { rows } = await this.open.connection.query<Row>(statementOf(statement));
    return rows;
  }

  async row<Row extends object>(statement: Sql): Promise<Row | undefined> {
    return (await this.rows<Row>(statement))[0];
  }

  async run(statement: Sql): Promise<number> {
    const { rowCount } = await this.open.connection.query(statementOf(statement));
    return rowCount ?? 0;
  }

  get users(): Users {
    return usersIn(this);
  }
  get keys(): Keys {
    return keysIn(this);
  }
  get files(): Files {
    return filesIn(this);
  }

  publish<Payload>(point: EventPoint<string, Payload>, payload: Payload): Promise<void> {
    return publishAll(this, point, [payload]);
  }
  publishAll<Payload>(point: EventPoint<string, Payload>, payloads: readonly Payload[]): Promise<void> {
    return publishAll(this, point, payloads);
  }
  start(process: Case<any, any>, subject: Id): Promise<{ process: Id; started: boolean }> {
    return startProcess(this, process, subject);
  }
  async nudge(process: Case<any, any> | Clock, subject?: Id): Promise<void> {
    return nudgeProcess(this, process, subject ?? this.ctx.tenant.id);
  }
  end(process: Case<any, any>, subject: Id, outcome: string): Promise<void> {
    return endProcess(this, process, subject, outcome);
  }
  freeze<Change>(point: EffectPoint<string, Change>, freeze: Freeze<Change>): Promise<void> {
    return freezeEffects(this, point, freeze);
  }
  release(cause: Id): Promise<void> {
    return releaseEffects(this, cause);
  }
  effects(cause: Id): Promise<readonly FrozenEffect[]> {
    return effectsOf(this, cause);
  }
  mail(template: string, to: Id | 'staff' | 'owner', data: object): Promise<void> {
    return queueMail(this, template, to, data);
  }
  mailAll(template: string, mails: readonly { readonly to: Id; readonly data: object }[]): Promise<void> {
    return queueMails(this, template, mails);
  }

  async audit(what: string, before: object | null, after: object | null): Promise<void> {
    const { actor, pluginId, traceId, clock } = this.ctx;
    await this.run(sql`insert into portico.audit_log (id, at, actor_kind, actor_id, actor_name, plugin_id, what, before, after, trace_id)
      values (${this.ctx.newId()}, ${clock.now()}, ${actor.kind}, ${actor.id}, ${actor.name}, ${pluginId}, ${what}, ${before}, ${after}, ${traceId})`);
  }

  branding(): Promise<Branding> {
    return readBranding(this);
  }

  braked(brake: string): Promise<Brake | undefined> {
    return brakeIn(this, `${this.ctx.pluginId}.${brake}`);
  }

  async nextNumber(series: string, count = 1): Promise<number> {
    const row = await this.row<{
      last_number: number;
    }>(sql`insert into portico.counters (id, series, last_number) values (${this.ctx.newId()}, ${series}, ${count})
      on conflict (tenant_id, series) do update set last_number = portico.counters.last_number + ${count} returning last_number`);
    return row!.last_number - count + 1;
  }
}
