/** Where a run stands, and who writes it. */
import type { RunState, WriterInfo } from '../../engine/run/runState.ts';
import type { Readers } from './readers.ts';

export interface WatchedState extends RunState {
  /** Tells of evaluations that came after the run had ended, which change nothing else. */
  readonly evaluationRevision: number;
}

export const stateMethods = {
  /** Where a run stands: cheap, asked ten times a second of a run that is watched. */
  runState: (readers: Readers, { dir }: { readonly dir: string }): WatchedState => {
    const reader = readers.get(dir);
    return { ...reader.state(), evaluationRevision: reader.evaluationRevision() };
  },

  /** Who writes a run, or did so last. */
  writer: (readers: Readers, { dir }: { readonly dir: string }): WriterInfo | null => readers.get(dir).writer(),
};
