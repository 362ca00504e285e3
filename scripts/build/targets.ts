/** The platforms that the extension is packaged for: those that onnxruntime-node has binaries of (none for Intel Macs). */

export const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'] as const;
/** As the Marketplace names platforms, and esbuild its packages. */
export type Target = (typeof TARGETS)[number];

/** @throws Error with the targets there are */
export function parseTarget(name: string): Target {
  const target = TARGETS.find((candidate) => candidate === name);
  if (target === undefined) throw new Error(`There is no target ${name}. Targets are ${TARGETS.join(', ')}.`);
  return target;
}

/** The target that runs on this machine; undefined where there is none. */
export function ownTarget(): Target | undefined {
  return TARGETS.find((target) => target === `${process.platform}-${process.arch}`);
}

/** Where onnxruntime-node keeps the binaries of a target, under its package. */
export function ortPlatformFolder(target: Target): string {
  const [platform = '', arch = ''] = target.split('-');
  return `bin/napi-v6/${platform}/${arch}`;
}
