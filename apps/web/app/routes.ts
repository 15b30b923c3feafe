import { index, layout, route, type RouteConfig } from '@remix-run/route-config';
import { pluginRoutes, publicRoutes } from './generated/plugin-routes.ts';

const exact = { caseSensitive: true };

export default [
  route('sign-in', 'pages/sign-in.tsx', exact),
  route('sign-out', 'pages/sign-out.ts', exact),
  route('theme', 'pages/theme.ts', exact),
  route('change-password', 'pages/change-password.tsx', exact),
  layout('pages/public-frame.tsx', publicRoutes),
  layout('pages/frame.tsx', [
    index('pages/portal-home.tsx'),
    route('console', 'pages/console-home.tsx', exact),
    ...pluginRoutes,
    route('*', 'pages/not-found.tsx'),
  ]),
] satisfies RouteConfig;
