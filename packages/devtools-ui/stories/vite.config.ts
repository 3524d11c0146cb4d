/** Serves the stories, in development and as a build; the port comes by the command line. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** As strict as an application's may be: the devtools need no inline style and no eval. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'";

const config: UserConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: inRoot('node_modules/.vite-stories'),
  plugins: [react()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'development|production'] },
  build: { outDir: inRoot('node_modules/.cache/stories'), emptyOutDir: true, target: 'es2022' },
  server: { strictPort: true, hmr: false, watch: null, fs: { allow: [inRoot('.')] } },
  preview: { strictPort: true, headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
};

export default config;
