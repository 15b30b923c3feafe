#!/usr/bin/env node
// `npx portico`: the command line for an installation. The commands are compiled with everything else.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const compiled = path.join(import.meta.dirname, 'dist', 'portico.js');
if (!existsSync(compiled)) {
  console.error('Portico is not built yet; run npm start or npm run build first.');
  process.exit(1);
}
const { runPortico } = await import(pathToFileURL(compiled).href);
process.exitCode = await runPortico(process.argv.slice(2));
