/** The Vite plugin that gives the playground's dev server and preview server the upload endpoint. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ChunkFolder } from './chunk-folder.ts';
import { createUploadEndpoint } from './endpoint.ts';

/** @param root the folder for chunks; a folder of the system's temporary ones if not given */
export function uploadEndpoint(root: string = join(tmpdir(), 'perdure-uploads')): Plugin {
  const folder = new ChunkFolder(root);
  const start = async (server: { readonly middlewares: { use(handler: ReturnType<typeof createUploadEndpoint>): unknown } }): Promise<void> => {
    await folder.removeAbandoned(Date.now());
    server.middlewares.use(createUploadEndpoint({ folder }));
  };
  return { name: 'perdure-playground:upload-endpoint', configureServer: start, configurePreviewServer: start };
}
