/**
 * Where GPU support is installed, loads ONNX Runtime's library from there, before the binding of onnxruntime-node asks for one of its
 * name and is given this one: providers are looked for beside the library. To be imported before onnxruntime-node.
 */
import { constants } from 'node:os';
import path from 'node:path';
import { installedGpuSupport, RUNTIME_LIBRARY } from './gpuSupport.ts';

/** Of dlopen(3), on Linux: the library stays when Node lets go of it because it is no module of Node's. */
const RTLD_NODELETE = 0x1000;

const folder = installedGpuSupport();
if (folder !== null) {
  try {
    process.dlopen({ exports: {} }, path.join(folder, RUNTIME_LIBRARY), constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // Always: it is no module. Where it was not loaded, the binding takes the bundled one, and a check of the machine says what fails.
  }
}
