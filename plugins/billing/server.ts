import { defineServer } from '@portico/kit/server';
import { planRoutes } from './plan/plan.routes.ts';

export default defineServer({
  routes: [...planRoutes],
});
