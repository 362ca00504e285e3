/** What an editor asks about an experiment's data: to look through it, and to fetch what of it is on the Hugging Face hub. */
import { z } from 'zod';
import { dataOverviewSchema } from './dataOverview.ts';

/** Of an experiment as its text stands, saved or not. */
const experiment = {
  /** Of the experiment file, absolute; what it names is relative to its folder. */
  path: z.string(),
  text: z.string(),
};

export const describeDataRequestSchema = z.strictObject({ kind: z.literal('describeData'), ...experiment });
export type DescribeDataRequest = z.output<typeof describeDataRequestSchema>;

/** Nothing is fetched but by this. */
export const getDatasetRequestSchema = z.strictObject({
  kind: z.literal('getDataset'),
  ...experiment,
  /** The person's, for datasets that are not open to all; null where the editor has stored none. Kept until it is answered. */
  token: z.string().min(1).max(4096).nullable(),
});
export type GetDatasetRequest = z.output<typeof getDatasetRequestSchema>;

export const describeDataReplySchema = z.object({
  kind: z.literal('describeData'),
  /** One for each task. */
  overviews: z.array(dataOverviewSchema),
});
export type DescribeDataReply = z.output<typeof describeDataReplySchema>;

export const getDatasetReplySchema = z.object({
  kind: z.literal('getDataset'),
  got: z.array(
    z.object({
      source: z.string(),
      /** The commit that is in the cache now. */
      commit: z.string(),
      /** Files fetched now, and their bytes; others were here. */
      fetched: z.int().nonnegative(),
      bytes: z.int().nonnegative(),
    }),
  ),
});
export type GetDatasetReply = z.output<typeof getDatasetReplySchema>;

/** How far a download has come. */
export const downloadProgressSchema = z.object({
  phase: z.literal('download'),
  source: z.string(),
  /** Path in the repository of the file under way. */
  file: z.string(),
  /** Bytes that are here, of all files that were not when it began. */
  done: z.int().nonnegative(),
  total: z.int().nonnegative(),
});
export type DownloadProgress = z.output<typeof downloadProgressSchema>;
