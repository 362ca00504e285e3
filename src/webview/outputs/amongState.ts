/** Some groups of a run in place of the list of its problems, as they are kept with the tab. */
import type { GroupSelection, NamedGroup } from '../../engine/protocol/panels/outputsRequests.ts';

/** What is listed alone; the scope is that of the panel. */
export type Among = Omit<GroupSelection, 'scope'>;

/** The most that are kept; the host has no more either. */
const MAX_GROUPS = 100;

/** Out of what was kept; null for anything else. */
export function parseAmong(kept: unknown): Among | null {
  if (typeof kept !== 'object' || kept === null || !('title' in kept && 'groups' in kept)) return null;
  const { title, groups } = kept;
  if (typeof title !== 'string' || !Array.isArray(groups) || groups.length > MAX_GROUPS) return null;
  const parsed = groups.flatMap((group: unknown) => parseGroup(group) ?? []);
  return parsed.length === 0 ? null : { title, groups: parsed };
}

function parseGroup(kept: unknown): NamedGroup | null {
  if (typeof kept !== 'object' || kept === null || !('problem' in kept && 'step' in kept)) return null;
  const { problem, step } = kept;
  return isCount(problem) && isCount(step) ? { problem, step } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
