/** Builds the page in which the devtools are measured, for production, and serves the build. In the mode `profile` names are kept. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { perdure } from '../../packages/core/src/entry/vite.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: inRoot('node_modules/.vite-bench-ui'),
  plugins: [perdure()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
  worker: { format: 'es', plugins: () => [perdure()] },
  build: { outDir: inRoot('node_modules/.cache/perdure/bench-ui'), emptyOutDir: true, target: 'es2022', ...(mode === 'profile' && { minify: false }) },
  preview: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
}));
