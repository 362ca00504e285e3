/** Which runs a command is called on. */

/** The run folders that a command was called with: from the tree (with its selection), from a panel, or none; each once. */
export function runsOf(argument: unknown, selected?: unknown): readonly string[] {
  const nodes: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  return [...new Set(nodes.flatMap(dirsOf))];
}

/** Of a row of seeds or a sweep, the runs under it. */
function dirsOf(node: unknown): readonly string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null || !('kind' in node)) return [];
  if (node.kind === 'run' && 'dir' in node && typeof node.dir === 'string') return [node.dir];
  const isGroup = node.kind === 'seeds' || node.kind === 'sweep';
  return isGroup && 'children' in node && Array.isArray(node.children) ? node.children.flatMap(dirsOf) : [];
}

/** Whether a command was called on the row of several seeds. */
export function isSeedsNode(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && argument.kind === 'seeds';
}
