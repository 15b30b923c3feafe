/**
 * Migrates the database once and ends: core first, then every installed plugin. Prints `{"applied":[…],"failed":[…]}`;
 * a plugin whose migrations fail is set aside by the product and does not fail this program.
 * Environment: DATABASE_OWNER_URL migrates; the user of DATABASE_URL is the role that is granted the use of it.
 */
import { migrateAll } from '@portico/core';

const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: runtimeUrl } = process.env;
if (!ownerUrl || !runtimeUrl) {
  console.error('DATABASE_OWNER_URL and DATABASE_URL must both be set.');
  process.exit(1);
}
const runtimeRole = decodeURIComponent(new URL(runtimeUrl).username);
const { applied, failed } = await migrateAll({ ownerUrl, runtimeRole, log: (line) => console.error(line) });
console.log(JSON.stringify({ applied, failed }));
