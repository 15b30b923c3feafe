import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defaultClientConditions, defaultServerConditions, defineConfig, type Plugin } from 'vite';

declare module '@remix-run/server-runtime' {
  interface Future {
    v3_singleFetch: true;
  }
}

// Our own packages are taken as source, so that pages, parts and components of every plugin share one React and one ui.
const SOURCE = 'portico-source';

// The browser's manifest names every route of every plugin, whatever a business has switched on. Pages carry what they may
// know of it, so the file itself is not among those that are served.
function withoutManifestFile(): Plugin {
  const assets = path.join(import.meta.dirname, 'build', 'client', 'assets');
  return {
    name: 'without-manifest-file',
    enforce: 'post',
    apply: (_, { isSsrBuild }) => isSsrBuild === true, // Remix writes it while it builds the server
    closeBundle() {
      for (const file of readdirSync(assets)) if (/^manifest-\w+\.js$/.test(file)) rmSync(path.join(assets, file));
    },
  };
}

export default defineConfig({
  plugins: [
    tailwindcss(),
    withoutManifestFile(),
    remix({
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_lazyRouteDiscovery: true,
        v3_singleFetch: true,
        v3_routeConfig: true,
      },
    }),
  ],
  resolve: { conditions: [SOURCE, ...defaultClientConditions], dedupe: ['react', 'react-dom', 'i18next', 'react-i18next', '@remix-run/react'] },
  // The engine exists once per process: the server build must not bring its own copy (stack.md, trap 6).
  ssr: { external: ['@portico/core'], noExternal: [/^@portico\/(?!core$)/], resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
  build: { target: 'es2022', sourcemap: false, reportCompressedSize: false, chunkSizeWarningLimit: 1_000, assetsInlineLimit: 0 },
});
