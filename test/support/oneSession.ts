/** A program that runs one graph and ends: for tests of what that leaves behind. */
import { probeProvider } from '../../src/engine/onnx/providers.ts';

const failure = await probeProvider('cpu');
if (failure !== null) throw new Error(failure.reason);
