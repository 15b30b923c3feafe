import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileEmails } from '@portico/core';

/**
 * A program of the build: compiles the mails of the plugin folders named as arguments into their `dist/emails`. A plugin
 * whose mail is no valid MJML is set aside with the reason, like one that does not compile.
 */
for (const dir of process.argv.slice(2)) {
  const dist = path.join(dir, 'dist');
  try {
    const compiled = await compileEmails(dir);
    mkdirSync(path.join(dist, 'emails'), { recursive: true });
    for (const [name, text] of Object.entries(compiled)) writeFileSync(path.join(dist, 'emails', name), text);
  } catch (error) {
    mkdirSync(dist, { recursive: true });
    writeFileSync(path.join(dist, 'build-error.txt'), `a mail does not compile: ${error instanceof Error ? error.message : String(error)}`);
  }
}
