// Stands where the demo is made.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const business = (slug) => ({
  slug,
  tenantId: `tenant-${slug}`,
  url: '',
  apiKey: `key-${slug}`,
  signIns: [{ kind: 'owner', login: `owner@${slug}.test`, password: 'secret-1', apiKey: 'k' }],
});
writeFileSync(path.join(process.env.PORTICO_DATA, 'demo.json'), JSON.stringify({ businesses: [business('acme'), business('lawn')], finished: true }), {
  mode: 0o600,
});
