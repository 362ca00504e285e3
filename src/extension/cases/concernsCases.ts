/** What cases depend on. */
import { CASES_EXTENSION } from '../../engine/protocol/casesExtension.ts';
import { isCodePath } from '../common/codePath.ts';
import { isSamePath } from '../common/samePath.ts';
import { isInside, rootOf } from '../runs/roots.ts';

/**
 * Whether cases are to be run again when a file was saved: their own, or one of the same project that may be reward code, be imported by
 * it, or say how it is called. Rather once too often: what a reward imports is known only to whoever bundles it.
 */
export function concernsCases(saved: string, casesFile: string, folders: readonly string[]): boolean {
  if (isSamePath(saved, casesFile)) return true;
  return isCodePath(saved) && !saved.endsWith(CASES_EXTENSION) && isInside(saved, rootOf(casesFile, folders));
}
