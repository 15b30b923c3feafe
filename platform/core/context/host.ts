import type pg from 'pg';
import type { Id } from '@portico/kit';
import type { FilledSlot, Links, Log } from '@portico/kit/server';
import type { SlotPoint } from '@portico/kit';
import type { Config } from '../config.ts';
import type { EmailTemplates } from '../mail/templates.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Enablement } from '../plugins/enablement.ts';
import type { Failures } from '../plugins/failures.ts';
import type { InstallationSettings } from '../plugins/installation-settings.ts';
import type { Registry } from '../plugins/registry.ts';
import type { SecretSettings } from '../plugins/secret-settings.ts';
import type { Texts } from '../texts/texts.ts';
import type { Limits } from '../identity/limits.ts';
import type { HostContext } from './host-context.ts';

/** What every context of one process shares. */
export interface Host {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly registry: Registry;
  readonly enablement: Enablement;
  /** Encrypts the secret settings of plugins. */
  readonly secrets: SecretSettings;
  readonly texts: Texts;
  readonly templates: EmailTemplates;
  readonly failures: Failures;
  readonly limits: Limits;
  /** The one-time links of a business. */
  readonly links: (tenantId: Id) => Links;
  /** What the operator has set for plugins. */
  readonly installation: InstallationSettings;
  readonly metrics: Metrics;
  readonly log: Log & { child(values: object): Log };
  /** Forgets what this process keeps of a business's name, zone and look, after they were saved; set by the engine. */
  forgetTenant: (tenantId: Id) => void;
  /** Loads the parts of a slot; set by whoever serves pages. */
  slots: (context: HostContext, slot: SlotPoint, props: object) => Promise<readonly FilledSlot[]>;
}

/** The id under which the core's own texts, mails and audit lines stand. */
export const CORE = 'core';
