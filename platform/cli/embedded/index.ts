/**
 * The parts of an installation that can run on one machine with nothing installed but Node: Postgres, Temporal and a
 * mailbox. The starter uses them, and so do tests. Each is a process of its own with `stop()`.
 */
export { databaseName, newDatabasePasswords, ownerRole, runtimeRole, endLeftPostgres, startEmbeddedPostgres } from './postgres.ts';
export type { DatabasePasswords, EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres.ts';
export { findTemporal, temporalVersion } from './temporal-server.ts';
export type { FindTemporalOptions, TemporalSource } from './temporal-server.ts';
export { startTemporalDev, temporalNamespace } from './temporal.ts';
export type { TemporalDev, TemporalDevOptions } from './temporal.ts';
export { startMailbox } from './mailbox.ts';
export type { Mailbox, MailboxOptions } from './mailbox.ts';
export { endLeftStandIn, findStandIns, startStandIn } from './stand-in.ts';
export type { StandIn, StandInApp, StandInOptions } from './stand-in.ts';
export { freePort, PartFailure, startProcess } from './running-part.ts';
export type { ProcessOptions, ReadyLine, RunningPart } from './running-part.ts';
export { checkoutRoot, nodeProgram } from './node-program.ts';
export { endProcess, runningProcess } from './process-record.mjs';
