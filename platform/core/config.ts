import { z } from 'zod';
import { readTrustedProxies, type TrustedProxies } from './http/client-address.ts';

/** How the product is told where its parts are: environment variables, read once and checked all together. */
const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'DATABASE_URL must be a postgres:// address of the runtime role' }),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'TEMPORAL_ADDRESS must be host:port')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_UI: z.url({ error: 'TEMPORAL_UI must be a web address' }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'SMTP_URL must be an smtp:// or smtps:// address' }).optional(),
  PORTICO_SECRET: z
    .base64({ error: 'PORTICO_SECRET must be base64' })
    .refine((s) => Buffer.from(s, 'base64').length >= 32, 'PORTICO_SECRET must hold at least 32 bytes'),
  PORTICO_BASE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'PORTICO_BASE_DOMAIN must be a host name')
    .default('portico.localhost'),
  PORTICO_PUBLIC_PORT: z.coerce.number().int().min(0).max(65535, 'PORTICO_PUBLIC_PORT must be a port').default(0),
  PORTICO_PUBLIC_SCHEME: z.enum(['http', 'https'], 'PORTICO_PUBLIC_SCHEME must be http or https').default('http'),
  PORTICO_CLOCK: z.enum(['locked', 'movable'], 'PORTICO_CLOCK must be locked or movable').default('locked'),
  PORTICO_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text, check) => {
      const proxies = readTrustedProxies(text);
      if (proxies) return proxies;
      check.addIssue({ code: 'custom', message: 'PORTICO_TRUSTED_PROXIES must be a list of addresses and networks, as 10.0.0.0/8' });
      return z.NEVER;
    }),
  PORTICO_MAIL_FROM: z.string().default('portal@portico.localhost'),
  PORTICO_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PORTICO_KEEP_DAYS: z.coerce.number('PORTICO_KEEP_DAYS must be a number of days').int().min(1, 'PORTICO_KEEP_DAYS must be at least 1').max(36_500).default(90),
  PORTICO_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Root of the installation: where the list of plugins stands. */
  PORTICO_ROOT: z.string().optional(),
});

/** Variables that are the product's own: no plugin's setting can be called so. The second line is read by the starter and by tests. */
export const PRODUCT_VARIABLES: ReadonlySet<string> = new Set([
  ...Object.keys(Environment.shape),
  ...'PORTICO_CACHE PORTICO_DATA PORTICO_KILLS PORTICO_LIVE_RELOAD PORTICO_RECORD PORTICO_ROUNDS PORTICO_RUN PORTICO_TEST_REPORT'.split(' '),
]);

/** The checked configuration of one process. */
export interface Config {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly ui?: string } | undefined;
  readonly smtpUrl: string | undefined;
  readonly secret: Buffer;
  readonly baseDomain: string;
  readonly publicPort: number;
  readonly publicScheme: 'http' | 'https';
  /** Whose `X-Forwarded-For` is believed, for limits by address. */
  readonly trustedProxies: TrustedProxies;
  readonly clockMovable: boolean;
  readonly mailFrom: string;
  readonly logLevel: string;
  /** Deliveries that were made and mails that were sent are kept for so many days. */
  readonly keepDays: number;
  readonly poolSize: number;
  readonly root: string | undefined;
  /** Every variable that begins with `PORTICO_`: those of plugins are read when the plugins are known. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Several wrong variables at once, one line each. */
export class WrongConfiguration extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'WrongConfiguration';
  }
}

/** Reads and checks the environment. Throws WrongConfiguration with a line for each wrong variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = Environment.safeParse(given);
  if (!read.success) throw new WrongConfiguration(read.error.issues.map(lineOf));
  const env = read.data;
  return {
    databaseUrl: env.DATABASE_URL,
    temporal: env.TEMPORAL_ADDRESS
      ? { address: env.TEMPORAL_ADDRESS, namespace: env.TEMPORAL_NAMESPACE, ...(env.TEMPORAL_UI ? { ui: env.TEMPORAL_UI } : {}) }
      : undefined,
    smtpUrl: env.SMTP_URL,
    secret: Buffer.from(env.PORTICO_SECRET, 'base64'),
    baseDomain: env.PORTICO_BASE_DOMAIN,
    publicPort: env.PORTICO_PUBLIC_PORT,
    publicScheme: env.PORTICO_PUBLIC_SCHEME,
    trustedProxies: env.PORTICO_TRUSTED_PROXIES,
    clockMovable: env.PORTICO_CLOCK === 'movable',
    mailFrom: env.PORTICO_MAIL_FROM,
    logLevel: env.PORTICO_LOG,
    keepDays: env.PORTICO_KEEP_DAYS,
    poolSize: env.PORTICO_POOL,
    root: env.PORTICO_ROOT,
    variables: Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith('PORTICO_') && name !== 'PORTICO_SECRET')),
  };
}

const lineOf = (issue: { path: PropertyKey[]; message: string; code?: string }): string => {
  const name = String(issue.path[0]);
  return issue.message.startsWith(name) ? issue.message : `${name}: ${issue.message}`;
};
