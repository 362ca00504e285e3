/** What this process may do. */
import type { GrantedPermissions } from '../protocol/grader.ts';

/** As Node answers; without its permission model, everything. Ask before any user code is loaded. */
export function grantedPermissions(): GrantedPermissions {
  const permission = permissionOf(process);
  const may = (scope: string): boolean => permission === undefined || permission.has(scope);
  return {
    enforced: permission !== undefined,
    readsEverything: may('fs.read'),
    writesEverything: may('fs.write'),
    childProcesses: may('child'),
    workers: may('worker'),
    addons: may('addon'),
    wasi: may('wasi'),
    inspector: may('inspector'),
    // A Node that cannot close connections says no of what it does not know.
    network: !process.allowedNodeEnvironmentFlags.has('--allow-net') || may('net'),
  };
}

/** Absent where the model is off, which the types of `process` do not know. */
function permissionOf({ permission }: Partial<Pick<NodeJS.Process, 'permission'>>) {
  return permission;
}
