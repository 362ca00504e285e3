/**
 * Whether two paths are the same place. On Windows the editor writes `c:\` where a terminal writes `C:\`; what else may differ in a name
 * (capitals, links) is for the disk to say, and is not asked here.
 */

/** Equal for paths that differ in nothing but the letter of their drive. */
export function pathKey(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? path.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()) : path;
}

export function isSamePath(one: string, other: string, platform: NodeJS.Platform = process.platform): boolean {
  return pathKey(one, platform) === pathKey(other, platform);
}
