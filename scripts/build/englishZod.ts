/** Zod's messages, in English alone: `z` refers to those of fifty languages, which is 260 kB to load wherever anything is parsed. */
import type { Plugin } from 'esbuild';

export const englishZod: Plugin = {
  name: 'english-zod',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]zod[\\/](v4[\\/])?locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
