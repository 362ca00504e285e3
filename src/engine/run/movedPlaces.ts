/** Where the files of a run are when its project was moved, renamed or copied to another machine, and took its runs along. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { RunManifest } from '../protocol/run.ts';

/** Folders above a run that may be its project: a run is `<project>/.rlvr/runs/<id>`, or in a folder of runs that was named. */
const LEVELS = 3;

type Places = Pick<RunManifest, 'experimentPath' | 'modelPath'>;

/**
 * The manifest with the experiment's file, and the model's folder where that lay in the project, where they are found from the run's
 * folder; as it is where the experiment's folder is in its place, or nothing is found. That it is the same model and data is for the
 * hashes to say.
 * @param dir the run's folder, absolute
 */
export function withPlaces<Manifest extends Places>(manifest: Manifest, dir: string): Manifest {
  const { experimentPath, modelPath } = manifest;
  // The file itself may be gone on purpose: what the run names is read from beside it.
  if (isAbsolute(experimentPath) && existsSync(dirname(experimentPath))) return manifest;
  const parts = partsOf(experimentPath);
  for (const root of ancestors(dir)) {
    for (let first = 0; first < parts.length; first++) {
      const found = join(root, ...parts.slice(first));
      if (!existsSync(found)) continue;
      const model = withinProject(partsOf(modelPath), parts.slice(0, first));
      return {
        ...manifest,
        experimentPath: found,
        modelPath: model === null ? modelPath : join(root, ...model),
      };
    }
  }
  return manifest;
}

function ancestors(dir: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(dir); found.length < LEVELS && folder !== dirname(folder); folder = dirname(folder))
    found.push(folder);
  return found;
}

/** The path below the project's old folder; null where it led elsewhere. */
function withinProject(path: readonly string[], project: readonly string[]): readonly string[] | null {
  return project.every((part, index) => path[index] === part) ? path.slice(project.length) : null;
}

/** Of a path of any platform. */
function partsOf(path: string): string[] {
  return path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
}
