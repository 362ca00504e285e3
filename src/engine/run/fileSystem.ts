/** Which journal a run's database may use where it lies. */
import { statfsSync } from 'node:fs';

/**
 * Magic numbers of Linux file systems that cross a network or a virtual machine's border (statfs(2), linux/magic.h). SQLite's
 * write-ahead log needs memory shared by all who open the file (https://www.sqlite.org/wal.html), which these do not promise.
 */
const NETWORK_FILE_SYSTEMS = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xfe534d42, // SMB2
  0xff534d42, // CIFS
  0x65735546, // FUSE: sshfs, s3fs, Docker Desktop's older mounts
  0x01021997, // 9P: Windows drives in WSL 2
  0x5346414f, // AFS
  0x73757245, // Coda
  0x00c36400, // Ceph
  0x47504653, // GPFS
  0x0bd00bd0, // Lustre
  0x564c, // NCP
]);

/** Whether the folder is known to lie on a network file system. Other platforms than Linux give no type; there UNC paths count. */
export function isNetworkFolder(dir: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return /^[\\/]{2}[^\\/?.]/.test(dir);
  if (platform !== 'linux') return false;
  // Some architectures sign-extend the field.
  return NETWORK_FILE_SYSTEMS.has(statfsSync(dir).type >>> 0);
}
