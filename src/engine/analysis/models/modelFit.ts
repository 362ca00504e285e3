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
  /** With LoRA, by what the base is held in. */
  readonly float32: string;
  readonly int8: string;
  readonly int4: string;
  readonly full: string;
}

export function fitRows(memory: Memory, machines: readonly Machine[]): FitRow[] {
  return machines.map((machine) => ({
    machine: machine.name,
    float32: fits(memory.lora.float32, memory.row, machine),
    int8: fits(memory.lora.int8, memory.row, machine),
    int4: fits(memory.lora.int4, memory.row, machine),
    full: fits(memory.full, memory.row, machine),
  }));
}

/** What the numbers are, and are not. */
export function fitWords({ weights, lora, full, row }: Memory): string[] {
  return [
    `By forecast from config.json, nothing was tried: float32 weights of ${bytes(weights)}; about ${bytes(lora.float32)} for LoRA of rank 16 (${bytes(lora.int8)} with "base": "int8", ${bytes(lora.int4)} with "int4"), ${bytes(full)} for all weights, with one row of 512 tokens in a pass ("microBatch": 1) and "gradientCheckpointing", and ${bytes(row)} for each row that is sampled at once.`,
    `Of each memory ${bytes(SYSTEM_BYTES)} are left to the system, of a GPU's ${bytes(DRIVER_BYTES)}. A preflight (rlvr preflight) measures what an experiment takes on this machine; a GPU is no more than a size of memory here.`,
  ];
}

/** Rows that can be sampled at once in so many bytes, beside training that needs some of them. */
export function rowsThatFit(needed: number, row: number, available: number): number {
  return Math.max(0, Math.floor((available - needed) / row));
}

function fits(needed: number, row: number, { bytes: available }: Machine): string {
  const rows = rowsThatFit(needed, row, available);
  return rows > 0 ? `yes, ${count(rows)} rows` : `no, ${bytes(needed + row - available)} short`;
}
