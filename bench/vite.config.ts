/** Builds the benchmark's page for production, and serves the build. In the mode `profile` names are kept, so that a profile can be read. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { perdure } from '../packages/core/src/entry/vite.ts';

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('app', import.meta.url)),
  cacheDir: inRoot('node_modules/.vite-bench'),
  plugins: [perdure()],
  resolve: { conditions: ['perdure-source', 'module', 'browser', 'production'] },
  worker: { format: 'es', plugins: () => [perdure()] },
  build: { outDir: inRoot('node_modules/.cache/perdure/bench'), emptyOutDir: true, target: 'es2022', ...(mode === 'profile' && { minify: false }) },
  // An isolated page has clocks of 5 µs; else they tick by 100 µs, which is too coarse for a workflow.
  preview: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
}));
