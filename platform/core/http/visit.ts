import type { IncomingHttpHeaders } from 'node:http';
import type { Actor, Ctx, Tenant, UserRecord } from '@portico/kit/server';
import type { Core } from '../core.ts';
import type { BeforeCommit } from '../context/host-context.ts';
import type { Budget } from '../hooks/call.ts';
import { NOBODY } from '../context/actors.ts';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';
import type { TextOf } from './problem-details.ts';
import { apiKeyOf } from './same-origin.ts';

/** Who is behind a request. */
export interface Visitor {
  readonly actor: Actor;
  /** Present for a session. */
  readonly user?: UserRecord;
}

/** One request at one business: what the host found out about it before anybody acts. */
export class Visit {
  #visitor: Promise<Visitor | undefined> | undefined;

  constructor(
    readonly core: Core,
    readonly tenant: Tenant,
    readonly requestId: string,
    readonly nonce: string,
    readonly headers: IncomingHttpHeaders,
    /** The client's address, as far as it can be believed. */
    readonly ip: string,
  ) {}

  /** The text of a key in the business's words. */
  readonly text: TextOf = (key, values) => this.core.host.texts.text(this.tenant, key, values);

  /** The token of the session's cookie. */
  get sessionToken(): string | undefined {
    return cookieOf(this.headers.cookie, SESSION_COOKIE) || undefined;
  }

  /** Set for a public page: whoever is signed in is not looked up, and acts as this one, who is nobody. */
  anybody: Actor | undefined;

  /** Makes this a visit of nobody in particular. */
  beAnybody(): void {
    this.#visitor = Promise.resolve(undefined);
    this.anybody = { ...NOBODY };
  }

  /** Who is signed in, by the session's cookie; asked once per request. */
  visitor(): Promise<Visitor | undefined> {
    this.#visitor ??= this.#bySession();
    return this.#visitor;
  }

  /** Who calls the API: by key, or by session. */
  async caller(): Promise<Visitor | undefined> {
    if (this.headers.authorization === undefined) return this.visitor();
    const key = apiKeyOf(this.headers);
    const actor = key && (await this.core.identity.actorOfKey(this.tenant, key));
    return actor ? { actor } : undefined;
  }

  /** A fresh context for one piece of work of one plugin. */
  contextFor(pluginId: string, actor: Actor, budget?: Budget, beforeCommit?: BeforeCommit): Ctx {
    return this.core.contextFor({ tenant: this.tenant, actor, pluginId, traceId: this.requestId, beforeCommit, ...(budget && { budget }) });
  }

  async #bySession(): Promise<Visitor | undefined> {
    const token = this.sessionToken;
    return token ? this.core.identity.actorOfSession(this.tenant, token) : undefined;
  }
}
