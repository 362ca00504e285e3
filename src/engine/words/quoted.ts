/** Words of commands that a person can copy into a shell. */

/** Double quotes mean the same to POSIX shells, cmd and PowerShell for the characters that paths have. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(argument) ? argument : `"${argument.replaceAll(/["$`]/g, '\\$&')}"`;
}
