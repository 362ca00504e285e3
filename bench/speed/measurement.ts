/** What a worker reports of a piece of work, and the clock that it is measured with. */
import * as z from 'zod';

export const measurementSchema = z.object({
  /** Name of the piece of work, such as `decode` or `memory bandwidth`. */
  work: z.string(),
  /** Seconds by the clock. */
  wall_s: z.number().positive(),
  /** Seconds of processor time, of all threads and processes; null where the system does not say it. */
  cpu_s: z.number().nullable(),
  /** What was done, in the work's own unit: tokens prefilled, generated or trained on, bytes read, floating-point operations. */
  amount: z.number().positive(),
  /** Tokens that went through forward and backward, prompts among them, where something was trained. */
  trained_tokens: z.number().optional(),
  /** Share of groups without variance, where a whole step was made. */
  dead_groups: z.number().optional(),
});

export type Measurement = z.infer<typeof measurementSchema>;

/** Time since it was made, of this process. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #processor = process.cpuUsage();

  read(): { readonly wall_s: number; readonly cpu_s: number } {
    const { user, system } = process.cpuUsage(this.#processor);
    return { wall_s: (performance.now() - this.#start) / 1000, cpu_s: (user + system) / 1e6 };
  }
}

/** A piece of work that can be done again and again, each time with its measurements. */
export interface Work {
  run(): Promise<readonly Measurement[]>;
  close(): Promise<void>;
}
