import { index, layout, route, type RouteConfig } from '@remix-run/route-config';
import { pluginRoutes } from './generated/plugin-routes.ts';

export default [
  route('sign-in', 'pages/sign-in.tsx'),
  route('sign-out', 'pages/sign-out.ts'),
  route('theme', 'pages/theme.ts'),
  route('change-password', 'pages/change-password.tsx'),
  layout('pages/frame.tsx', [
    index('pages/portal-home.tsx'),
    route('console', 'pages/console-home.tsx'),
    ...pluginRoutes,
    route('*', 'pages/not-found.tsx'),
  ]),
] satisfies RouteConfig;
