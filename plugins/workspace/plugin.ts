import { definePlugin, type May } from '@portico/kit';

const may = (action: string, subject: string): May => ({ action, subject });
const everyRow = { columns: {} } as const;

/** Where the business's own people work: team, branding, settings, plugins, and what happened. */
export default definePlugin({
  id: 'workspace',
  version: '1.0.0',
  contract: '^1.0',
  title: 'workspace.title',
  about: 'workspace.about',
  alwaysOn: true,
  subjects: {
    // Staff add further staff (issue 3, line 16); who becomes an owner, and what becomes of the others, the owner says.
    Staff: { ...everyRow, actions: { read: 'tenant', create: 'tenant', appoint: 'owner', change: 'owner' } },
    Branding: { ...everyRow, actions: { read: 'tenant', change: 'owner' } },
    BusinessSettings: { ...everyRow, actions: { read: 'tenant', change: 'owner' } },
    Plugin: { ...everyRow, actions: { read: 'tenant', switch: 'owner' } },
    ParkedDelivery: { ...everyRow, actions: { read: 'tenant', retry: 'tenant' } },
    Process: { ...everyRow, actions: { read: 'tenant', wake: 'tenant' } },
    AuditLog: { ...everyRow, actions: { read: 'tenant' } },
  },
  pages: [
    {
      area: 'console',
      path: 'team',
      view: 'team',
      title: 'workspace.team',
      may: may('read', 'Staff'),
      menu: { text: 'workspace.team', icon: 'user', order: 60 },
    },
    { area: 'console', path: 'team/new', view: 'staff-new', title: 'workspace.staff-new', may: may('create', 'Staff') },
    { area: 'console', path: 'team/:staffId', view: 'staff', title: 'workspace.staff', may: may('read', 'Staff') },
    {
      area: 'console',
      path: 'branding',
      view: 'branding',
      title: 'workspace.branding',
      may: may('read', 'Branding'),
      menu: { text: 'workspace.branding', icon: 'palette', order: 65 },
    },
    {
      area: 'console',
      path: 'settings',
      view: 'settings',
      title: 'workspace.settings',
      may: may('read', 'BusinessSettings'),
      menu: { text: 'workspace.settings', icon: 'settings', order: 70 },
    },
    {
      area: 'console',
      path: 'plugins',
      view: 'plugin-list',
      title: 'workspace.plugins',
      may: may('read', 'Plugin'),
      menu: { text: 'workspace.plugins', icon: 'plug', order: 75 },
    },
    {
      area: 'console',
      path: 'processes',
      view: 'process-list',
      title: 'workspace.processes',
      may: may('read', 'Process'),
      menu: { text: 'workspace.processes', icon: 'process', order: 80 },
    },
    {
      area: 'console',
      path: 'parked',
      view: 'parked-list',
      title: 'workspace.parked',
      may: may('read', 'ParkedDelivery'),
      menu: { text: 'workspace.parked', icon: 'parked', order: 85 },
    },
    {
      area: 'console',
      path: 'audit',
      view: 'audit-log',
      title: 'workspace.audit',
      may: may('read', 'AuditLog'),
      menu: { text: 'workspace.audit', icon: 'shield', order: 90 },
    },
  ],
});
