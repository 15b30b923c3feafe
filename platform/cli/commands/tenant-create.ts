import { createTenant, NewTenant } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { withCore } from '../with-core.ts';

/** `portico tenant create`: a business, its owner, and an API key of the owner; the password and the key are shown once. */
export const run: Command = async ({ argv, env }) => {
  const flags = readFlags(argv, ['slug', 'name', 'zone', 'currency', 'owner-email'], ['owner-password', 'owner-name', 'locale']);
  const read = NewTenant.safeParse({
    slug: flags.slug,
    name: flags.name,
    zone: flags.zone,
    currency: flags.currency,
    ownerEmail: flags['owner-email'],
    ...(flags['owner-password'] ? { ownerPassword: flags['owner-password'] } : {}),
    ...(flags['owner-name'] ? { ownerName: flags['owner-name'] } : {}),
    ...(flags.locale ? { locale: flags.locale } : {}),
  });
  if (!read.success) throw new Error(read.error.issues.map((issue) => `--${flagOf(String(issue.path[0]))} ${issue.message}.`).join(' '));
  return withCore(env, async (core) => {
    const { tenant, ownerId, login, password } = await createTenant(core, read.data);
    const apiKey = await core.systemContext(tenant, 'core').inTenant(async (tx) => (await tx.keys.create({ name: 'Owner', userId: ownerId })).key);
    const json = { tenantId: tenant.id, url: tenant.url, apiKey, owner: { login, password } };
    return {
      json,
      text: `${tenant.name} is ready at ${tenant.url}\n  owner     ${login}\n  password  ${password}\n  API key   ${apiKey}\nPassword and key are shown this once.`,
    };
  });
};

const flagOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
