/** From the text of an experiment file to an `Experiment`, or to one error that lists everything that is wrong with it. */
import { experimentSchema, presetNames, type Experiment } from './experiment.ts';
import { contradictions } from './experimentChecks.ts';
import { ExperimentError } from './experimentError.ts';
import { printPath, unknownKeyMessage } from './experimentKeys.ts';
import { applyOverrides } from './experimentOverrides.ts';
import { readExperimentSource, type ExperimentSource } from './experimentSource.ts';
import type { FileFault } from './faultyFile.ts';
import { problemsOf } from './jsonIssues.ts';
import { presets } from './presets.ts';
import { estimatorAdvice } from './estimatorAdvice.ts';
import { promptAdvice } from './promptAdvice.ts';
import { sourceProblems } from './taskChecks.ts';

/**
 * Reads an experiment: JSON with comments, then the overrides, then the preset and the defaults.
 *
 * @param fileName as errors shall call it
 * @param overrides `path=value` of `--set`; see `applyOverrides`
 * @throws {ExperimentError} listing every problem as `file:line:column  path: message`
 * @throws {UsageError} for an override that is no `path=value`
 */
export function parseExperiment(text: string, fileName: string, overrides: readonly string[] = []): Experiment {
  return resolveExperiment(applyOverrides(readExperimentSource(text, fileName), overrides));
}

/**
 * Fills in what the file leaves out and checks the whole. The result is plain JSON and resolves to itself, which is how a run
 * records and resumes it.
 *
 * @throws {ExperimentError} as `parseExperiment`
 */
export function resolveExperiment({ value, locate }: ExperimentSource): Experiment {
  const input = withCorrection(withBase(withPolicyDefault(withPreset(value))));
  const parsed = experimentSchema.safeParse(input);
  const problems = [
    ...sourceProblems(input),
    ...(parsed.success ? contradictions(parsed.data) : problemsOf(parsed.error.issues, input, WORDS)),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ExperimentError(problems.map(({ path, message }) => ({ kind: 'meaning', place: locate(path), message })));
}

const WORDS = { printPath, unknownKey: unknownKeyMessage };

/** What is wrong with the text of an experiment file, in the order of the checks; nothing where it can be started. */
export function experimentFaults(text: string, fileName: string): readonly FileFault[] {
  try {
    parseExperiment(text, fileName);
    return [];
  } catch (error) {
    if (error instanceof ExperimentError) return error.faults;
    throw error;
  }
}

/** What the text of an experiment file says that may be said, and is probably not meant; nothing where it cannot be started. */
export function experimentAdvice(text: string, fileName: string): readonly FileFault[] {
  try {
    const source = readExperimentSource(text, fileName);
    const experiment = resolveExperiment(source);
    return [...promptAdvice(experiment), ...estimatorAdvice(experiment)].map(({ path, message }) => ({
      kind: 'meaning',
      place: source.locate(path),
      message,
    }));
  } catch (error) {
    if (error instanceof ExperimentError) return [];
    throw error;
  }
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The input with the keys of `algorithm.preset` that it does not give itself. */
function withPreset(input: unknown): unknown {
  if (!isSection(input) || !isSection(input.algorithm)) return input;
  const algorithm = input.algorithm;
  const name = presetNames.find((known) => known === algorithm.preset);
  if (name === undefined) return input;
  const preset = presets[name];
  const clip = algorithm.clip ?? {};
  return {
    ...input,
    algorithm: { ...preset, ...algorithm, clip: isSection(clip) ? { ...preset.clip, ...clip } : clip },
  };
}

/** Adapters are the default: a file that says neither `lora` nor `full` gets `lora` with its defaults. */
function withPolicyDefault(input: unknown): unknown {
  if (!isSection(input) || input.lora !== undefined || (input.full ?? false) !== false) return input;
  return { ...input, lora: {} };
}

/** Completions are sampled from the base that is trained on, unless the file says otherwise, which is refused. */
function withBase(input: unknown): unknown {
  if (!isSection(input) || !isSection(input.lora) || (input.lora.base ?? 'float32') === 'float32') return input;
  const rollout = input.rollout ?? {};
  return isSection(rollout) ? { ...input, rollout: { weights: input.lora.base, ...rollout } } : input;
}

/** Rollouts from a base in few bits come from another policy than the one that is trained: the difference is corrected unless the file says how. */
function withCorrection(input: unknown): unknown {
  if (!isSection(input) || !isSection(input.rollout) || (input.rollout.weights ?? 'float32') === 'float32')
    return input;
  const algorithm = input.algorithm ?? {};
  return isSection(algorithm) ? { ...input, algorithm: { importanceSampling: {}, ...algorithm } } : input;
}
