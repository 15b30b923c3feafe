/**
 * Navigation for plugins' pages: Remix's own, unchanged. Pages import it from here, so that the framework's name stands
 * in one place.
 */
export { Form, Link, NavLink, useFetcher, useLocation, useNavigation, useSearchParams } from '@remix-run/react';
