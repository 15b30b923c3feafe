import { z } from 'zod';
import { definePlugin } from '@portico/kit';

const may = { action: 'read', subject: 'Probe' };

/** Where the script of somebody else comes from. */
export const ProbeInstallation = z.object({ scriptOrigin: z.url().default('https://js.example') });

/** A plugin with a page for anybody, and one that loads a script of others. */
export default definePlugin({
  id: 'probe',
  version: '1.0.0',
  contract: '^1.0',
  title: 'probe.title',
  onByDefault: true,
  installation: ProbeInstallation,
  subjects: { Probe: { columns: { account: 'account_id' }, actions: { read: 'account' } } },
  pages: [
    { area: 'public', path: 'greet/:token', view: 'greet', title: 'probe.greet' },
    { area: 'portal', path: '', view: 'usual', title: 'probe.usual', may, menu: { text: 'probe.usual', order: 1 } },
    { area: 'portal', path: 'own', view: 'own', title: 'probe.own', may, menu: { text: 'probe.own', order: 2 }, ownDocument: true },
  ],
});
