/** How much memory panels cost: what V8 holds after a collection, and what the processes have. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HostInspector } from './hostInspector.ts';
import { printNumbers } from './numbers.ts';
import { extensionHost, type Room } from './room.ts';

const MEGABYTE = 1e6;
const metricsSchema = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

/** Bytes. */
interface Memory {
  /** Heap of the host's own thread. */
  readonly host: number;
  /** All of the host's process: the thread that reads runs, SQLite's cache, arrays outside the heap. */
  readonly hostProcess: number;
  /** Heap of the page, in which panels are frames. */
  readonly page: number;
}

export class MemoryWatch {
  readonly #room: Room;
  readonly #inspector: HostInspector;
  readonly #before: Memory;

  private constructor(room: Room, inspector: HostInspector, before: Memory) {
    this.#room = room;
    this.#inspector = inspector;
    this.#before = before;
  }

  static async begin(room: Room, inspector: HostInspector): Promise<MemoryWatch> {
    await room.devtools.send('Performance.enable');
    return new MemoryWatch(room, inspector, await memoryOf(room, inspector));
  }

  /** Prints what has been added since. */
  async print(what: string): Promise<void> {
    const { host, hostProcess, page } = await memoryOf(this.#room, this.#inspector);
    const line = (name: string, bytes: number): void => printNumbers(`${what}: ${name}`, [bytes / MEGABYTE], 'MB', 300);
    line("the host's heap", host - this.#before.host);
    line("the host's process, resident", hostProcess - this.#before.hostProcess);
    line("the page's heap", page - this.#before.page);
  }
}

async function memoryOf(room: Room, inspector: HostInspector): Promise<Memory> {
  const { devtools } = room;
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = metricsSchema.parse(await devtools.send('Performance.getMetrics'));
  const page = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
  const host = await inspector.heapUsed();
  return { host, hostProcess: residentBytes(extensionHost(room)), page };
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1024 * Number(kilobytes);
}
