/** What a comparison says of one run. */
import { createHash } from 'node:crypto';
import type { ComparedRun, Provenance } from '../../protocol/comparison.ts';
import { rowOfProblem, taskOfProblem } from '../../protocol/tasks.ts';
import { readLabel } from '../../run/label.ts';
import { CODE_DIFF_FILE } from '../../run/layout.ts';
import type { RunReader } from '../../run/reader.ts';
import { experimentName, startedAt } from '../../words/naming.ts';
import { readKeptFile } from '../keptFiles.ts';
import { hashHistories } from '../rewardHistory.ts';
import { canonical } from './differences.ts';
import { milestones } from './heldOut.ts';
import { solvedByWords } from '../solvedByWords.ts';

/** The first run is A. */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** @throws UserError where the run cannot be read */
export function runFacts(reader: RunReader, index: number): ComparedRun {
  const { manifest, dir } = reader;
  const experiment = reader.experiment();
  const { status, crashed, lastStep } = reader.state();
  return {
    letter: letterOf(index),
    id: manifest.id,
    dir,
    label: readLabel(dir).name ?? startedAt(manifest.createdAt),
    experiment: manifest.name ?? experimentName(manifest.experimentPath),
    status,
    crashed,
    lastStep,
    steps: experiment.training.steps,
    seed: manifest.seed,
    provenance: provenanceOf(reader),
    solvedBy: solvedByWords(experiment),
    ...milestones(reader),
  };
}

function provenanceOf(reader: RunReader): Provenance {
  const { gitCommit: commit, gitDirty: dirty, ...manifest } = reader.manifest;
  // By task and row: the numbers that problems have in a run go with the order of its tasks.
  const heldOut = reader
    .problems('validation')
    .map(({ problem, row }) =>
      JSON.stringify([taskOfProblem(manifest, problem), rowOfProblem(manifest, problem), row]),
    );
  return {
    model: manifest.modelHash,
    dataset: manifest.datasetHash,
    heldOut: heldOut.length === 0 ? null : sha256(JSON.stringify(heldOut.sort())),
    rewards: sha256(canonical(hashHistories(manifest, reader.rewardVersions()))),
    code: commit === null ? null : sha256(`${commit}\n${readKeptFile(reader.dir, CODE_DIFF_FILE) ?? ''}`),
    commit,
    dirty,
    engineVersion: manifest.engineVersion,
    provider: manifest.provider,
    platform: manifest.platform,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
