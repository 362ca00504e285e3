/** Traces of Chromium, piece by piece: what a minute leaves does not fit its buffer. */
import type { CDPSession } from 'playwright-core';
import { z } from 'zod';
import { CATEGORIES, traceSchema, type Trace } from './panelTrace.ts';

const completeSchema = z.object({ stream: z.string() });
const chunkSchema = z.object({ data: z.string(), eof: z.boolean() });

/** Traces what happens while `act` does its thing. */
export async function trace(devtools: CDPSession, act: () => Promise<void>): Promise<Trace> {
  await devtools.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: CATEGORIES, recordMode: 'recordUntilFull' },
  });
  await act();
  const complete = new Promise<unknown>((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  const { stream } = completeSchema.parse(await complete);
  const chunks: string[] = [];
  for (let done = false; !done;) {
    const { data, eof } = chunkSchema.parse(await devtools.send('IO.read', { handle: stream, size: 1 << 22 }));
    chunks.push(data);
    done = eof;
  }
  await devtools.send('IO.close', { handle: stream });
  return traceSchema.parse(JSON.parse(chunks.join('')));
}

interface FrameTree {
  readonly frame: { readonly id: string; readonly name?: string | undefined };
  readonly childFrames?: readonly FrameTree[] | undefined;
}

const frameTreeSchema: z.ZodType<FrameTree> = z.lazy(() =>
  z.object({
    frame: z.object({ id: z.string(), name: z.string().optional() }),
    childFrames: z.array(frameTreeSchema).optional(),
  }),
);

/** Ids of the page's frames with such a name, as traces have them. */
export async function frameIds(devtools: CDPSession, isWanted: (name: string) => boolean): Promise<Set<string>> {
  const { frameTree } = z.object({ frameTree: frameTreeSchema }).parse(await devtools.send('Page.getFrameTree'));
  const all = (tree: FrameTree): FrameTree['frame'][] => [tree.frame, ...(tree.childFrames ?? []).flatMap(all)];
  return new Set(
    all(frameTree)
      .filter(({ name }) => isWanted(name ?? ''))
      .map(({ id }) => id),
  );
}
