/** Leaves what cuts files into pieces for an upload out of `@huggingface/hub`: nothing here ever sends any. */
import type { Plugin } from 'esbuild';

const UPLOADS = /^@huggingface\/xetchunk-wasm$/;

/** Its package does not say that it does nothing by being loaded, so that it would be kept though no function of it is called. */
export const withoutUploads: Plugin = {
  name: 'without-uploads',
  setup: (build) => {
    build.onResolve({ filter: UPLOADS }, async ({ path, pluginData, ...from }) => {
      if (pluginData === UPLOADS) return undefined;
      const { kind, importer, namespace, resolveDir } = from;
      const found = await build.resolve(path, { kind, importer, namespace, resolveDir, pluginData: UPLOADS });
      return { ...found, sideEffects: false };
    });
  },
};
