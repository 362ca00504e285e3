/** What a dataset's card says of its configurations. */
import { z } from 'zod';
import type { RepoIndex } from './repoIndex.ts';

const patterns = z.union([z.string().transform((only) => [only]), z.array(z.string())]);
const cardSchema = z.object({
  configs: z.array(
    z.object({
      config_name: z.string().default('default'),
      default: z.boolean().default(false),
      data_dir: z.string().optional(),
      data_files: z.union([patterns, z.array(z.object({ split: z.string(), path: patterns }))]).optional(),
    }),
  ),
});

/** Empty where it says nothing that can be used: the names of the files tell then. */
export function configsOf(card: unknown): RepoIndex['configs'] {
  return (cardSchema.safeParse(card).data?.configs ?? []).flatMap((config) => {
    const { data_files: files, data_dir: folder } = config;
    const inFolder = (pattern: string): string => (folder === undefined ? pattern : `${folder}/${pattern}`);
    if (files === undefined) return [];
    const dataFiles = files.map((entry) =>
      typeof entry === 'string'
        ? { split: 'train', patterns: [inFolder(entry)] }
        : { split: entry.split, patterns: entry.path.map(inFolder) },
    );
    return [{ name: config.config_name, isDefault: config.default, dataFiles }];
  });
}
