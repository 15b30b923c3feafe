// @ts-check
// Plain Node without dependencies: wrong settings are told before anything is installed or built.
import path from 'node:path';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Settings
 * @property {string} root the checkout
 * @property {string} data the data folder, absolute
 * @property {boolean} reset begin with an empty data folder
 * @property {number} port of the portals; 0 takes any free one
 * @property {number | undefined} publicPort the port in links, when a proxy stands in front
 * @property {string} baseDomain local businesses answer at `<slug>.<baseDomain>`
 * @property {boolean} demo make the demo, with movable clocks
 * @property {{ runtimeUrl: string, ownerUrl: string } | undefined} database a database of your own, else embedded
 * @property {{ address: string, namespace: string } | undefined} temporal a server of your own, else embedded
 * @property {string | undefined} smtpUrl a mail server of your own, else the mailbox
 * @property {string | undefined} secret 32 bytes in base64, else made once and kept in the data folder
 * @property {import('../embedded/environment.ts').Environment} env
 */

/**
 * Reads what `npm start` was told, from its arguments and environment.
 * @param {string[]} argv
 * @param {import('../embedded/environment.ts').Environment} env
 * @param {string} root
 * @returns {{ settings: Settings, problems: string[] }} problems: one sentence each, all that were found
 */
export function readSettings(argv, env, root) {
  /** @type {string[]} */
  const problems = [];
  const flags = readArguments(argv, problems);
  const database = readDatabase(env, problems);
  const temporal = readTemporal(env, problems);
  const smtpUrl = readUrl(env, 'SMTP_URL', ['smtp:', 'smtps:'], problems);
  const allEmbedded = !database && !temporal && !smtpUrl;
  /** @type {Settings} */
  const settings = {
    root,
    data: flags.data ? path.resolve(flags.data) : path.join(root, '.data'),
    reset: flags.reset ?? false,
    port: readPort('--port', flags.port, problems) ?? readPort('PORT', env.PORT, problems) ?? 3000,
    publicPort: readPort('PORTICO_PUBLIC_PORT', env.PORTICO_PUBLIC_PORT, problems),
    baseDomain: readDomain(env, problems),
    demo: flags.demo ?? allEmbedded,
    database,
    temporal,
    smtpUrl,
    secret: readSecret(env, problems),
    env,
  };
  if (env.PORTICO_CACHE && !path.isAbsolute(env.PORTICO_CACHE)) problems.push(`PORTICO_CACHE must be an absolute path, not "${env.PORTICO_CACHE}".`);
  return { settings, problems };
}

/** @param {string[]} argv @param {string[]} problems */
function readArguments(argv, problems) {
  try {
    const options = /** @type {const} */ ({ data: { type: 'string' }, reset: { type: 'boolean' }, port: { type: 'string' }, demo: { type: 'boolean' } });
    return parseArgs({ args: argv, options, allowPositionals: false }).values;
  } catch (failure) {
    problems.push(`${/** @type {Error} */ (failure).message.split('\n')[0]} (npm start takes --data DIR, --reset, --port N and --demo)`);
    return {};
  }
}

/** @param {import('../embedded/environment.ts').Environment} env @param {string[]} problems */
function readDatabase(env, problems) {
  const runtimeUrl = readUrl(env, 'DATABASE_URL', ['postgres:', 'postgresql:'], problems);
  const ownerUrl = readUrl(env, 'DATABASE_OWNER_URL', ['postgres:', 'postgresql:'], problems);
  if (env.DATABASE_URL && !env.DATABASE_OWNER_URL) problems.push('DATABASE_URL is set but DATABASE_OWNER_URL is not: the starter migrates as the owner.');
  if (env.DATABASE_OWNER_URL && !env.DATABASE_URL) problems.push('DATABASE_OWNER_URL is set but DATABASE_URL is not: the product runs as the runtime role.');
  return runtimeUrl && ownerUrl ? { runtimeUrl, ownerUrl } : undefined;
}

/** @param {import('../embedded/environment.ts').Environment} env @param {string[]} problems */
function readTemporal(env, problems) {
  const address = env.TEMPORAL_ADDRESS;
  if (!address) return undefined;
  const [, port] = /^[^\s/:]+:(\d+)$/.exec(address) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65535) problems.push(`TEMPORAL_ADDRESS must be host:port, not "${address}".`);
  return { address, namespace: env.TEMPORAL_NAMESPACE ?? 'portico' };
}

/** @param {import('../embedded/environment.ts').Environment} env @param {string} name @param {string[]} protocols @param {string[]} problems */
function readUrl(env, name, protocols, problems) {
  const value = env[name];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && protocols.includes(url.protocol) && url.hostname) return value;
  // The value may hold a password, so it is not repeated here.
  problems.push(`${name} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`);
  return undefined;
}

/** @param {string} name @param {string | undefined} value @param {string[]} problems */
function readPort(name, value, problems) {
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value) && Number(value) <= 65535) return Number(value);
  problems.push(`${name} must be a port from 0 to 65535, not "${value}".`);
  return undefined;
}

/** @param {import('../embedded/environment.ts').Environment} env @param {string[]} problems */
function readDomain(env, problems) {
  const domain = env.PORTICO_BASE_DOMAIN ?? 'portico.localhost';
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain)) problems.push(`PORTICO_BASE_DOMAIN must be a domain in lower case, not "${domain}".`);
  return domain;
}

/** @param {import('../embedded/environment.ts').Environment} env @param {string[]} problems */
function readSecret(env, problems) {
  const secret = env.PORTICO_SECRET;
  if (secret && Buffer.from(secret, 'base64').length !== 32) problems.push('PORTICO_SECRET must be 32 bytes in base64.');
  return secret || undefined;
}
