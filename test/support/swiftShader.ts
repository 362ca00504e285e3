/** SwiftShader, a graphics card in software: Debian's Chromium brings it, with the loader that WebGPU asks for Vulkan. */
import { existsSync } from 'node:fs';
import path from 'node:path';

const CHROMIUM = '/usr/lib/chromium';
const DRIVER = path.join(CHROMIUM, 'vk_swiftshader_icd.json');

/** For a process to find it; it must be so when the process is started. */
export const SWIFT_SHADER: Readonly<Record<string, string>> = {
  LD_LIBRARY_PATH: CHROMIUM,
  VK_ICD_FILENAMES: DRIVER,
};

/** For a test's `skip`: why there is none, or false. */
export const NO_SWIFT_SHADER: string | false =
  existsSync(DRIVER) && existsSync(path.join(CHROMIUM, 'libvulkan.so.1'))
    ? false
    : `no ${DRIVER}: Debian's package chromium-common has a graphics card in software, on which WebGPU is tested`;
