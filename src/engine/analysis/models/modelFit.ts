/** What of a model's training fits into which memory, by the forecast from its configuration alone. */
import type { ModelDescription } from '../../protocol/modelDescription.ts';
import { bytes, count } from '../../words/format.ts';

type Memory = ModelDescription['memory'];

export interface Machine {
  readonly name: string;
  /** Of the memory, what training can have. */
  readonly bytes: number;
}

const GIB = 2 ** 30;
/** What the system and an editor with its browser take. */
const SYSTEM_BYTES = 3 * GIB;
/** What a GPU's driver and its display take. */
const DRIVER_BYTES = 1 * GIB;

/** @param totalBytes of this machine's memory */
export function usualMachines(totalBytes: number): Machine[] {
  return [
    { name: `this machine (${bytes(totalBytes)})`, bytes: Math.max(0, totalBytes - SYSTEM_BYTES) },
    { name: 'laptop with 16 GiB', bytes: 16 * GIB - SYSTEM_BYTES },
    { name: 'GPU with 24 GiB', bytes: 24 * GIB - DRIVER_BYTES },
  ];
}

/** A machine, and what fits there: a cell for each column. */
export interface FitRow {
  readonly machine: string;
  readonly lora: string;
  readonly full: string;
  /** Rows that can be sampled at once beside LoRA. */
  readonly rows: string;
}

export function fitRows(memory: Memory, machines: readonly Machine[]): FitRow[] {
  return machines.map((machine) => ({
    machine: machine.name,
    lora: fits(memory.lora, machine),
    full: fits(memory.full, machine),
    rows: count(rowsThatFit(memory, machine.bytes)),
  }));
}

/** What the numbers are, and are not. */
export function fitWords({ weights, lora, full, row }: Memory): string[] {
  return [
    `By forecast from config.json, nothing was tried: float32 weights of ${bytes(weights)}; about ${bytes(lora)} for LoRA of rank 16, ${bytes(full)} for all weights, with one row of 512 tokens in a pass ("microBatch": 1), and ${bytes(row)} for each row that is sampled at once.`,
    `Of each memory ${bytes(SYSTEM_BYTES)} are left to the system, of a GPU's ${bytes(DRIVER_BYTES)}. A preflight (rlvr preflight) measures what an experiment takes on this machine; a GPU is no more than a size of memory here.`,
  ];
}

/** Rows that can be sampled at once in so many bytes, beside training with LoRA. */
export function rowsThatFit({ lora, row }: Pick<Memory, 'lora' | 'row'>, available: number): number {
  return Math.max(0, Math.floor((available - lora) / row));
}

function fits(needed: number, machine: Machine): string {
  const left = machine.bytes - needed;
  return left >= 0 ? `yes, ${bytes(left)} to spare` : `no, ${bytes(-left)} short`;
}
