import { defineServer } from '@portico/kit/server';
import { brandingRoutes } from './branding/branding.routes.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { operationRoutes } from './operations/operations.routes.ts';
import { settingsRoutes } from './settings/settings.routes.ts';
import { staffAddresses, staffRoles, welcomeOwner } from './staff/staff-roles.ts';
import { staffRoutes } from './staff/staff.routes.ts';

export default defineServer({
  routes: [...staffRoutes, ...brandingRoutes, ...settingsRoutes, ...operationRoutes],
  hooks: [staffRoles, staffAddresses, welcomeOwner],
  demo: tellDemo,
});
