/** Trainable weights in one block of memory: tensors that the learner changes in place, and a weights file that sessions can read. */
import type { TrainableTensor } from './policy.ts';
import type { WeightReference } from './weightFiles.ts';

/** The name that graphs know the block by. */
const FILE = 'trained-weights';

export class WeightArena {
  /** Views of the block, by parameter name. */
  readonly tensors: ReadonlyMap<string, TrainableTensor>;
  /** The block as a file of ONNX Runtime's external data, and where in it each tensor lies. */
  readonly file: { readonly file: string; readonly data: Uint8Array };
  readonly references: ReadonlyMap<string, WeightReference>;

  /** Room for tensors of these shapes, all zero. */
  constructor(shapes: ReadonlyMap<string, readonly number[]>) {
    const sizes = Array.from(shapes.values(), (shape) => shape.reduce((product, size) => product * size, 1));
    const block = new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 0) * Float32Array.BYTES_PER_ELEMENT);
    const tensors = new Map<string, TrainableTensor>();
    const references = new Map<string, WeightReference>();
    let offset = 0;
    for (const [index, [name, shape]] of [...shapes].entries()) {
      const data = new Float32Array(block, offset, sizes[index]);
      tensors.set(name, { shape, data });
      references.set(name, { file: FILE, offset, length: data.byteLength, shape });
      offset += data.byteLength;
    }
    this.tensors = tensors;
    this.references = references;
    this.file = { file: FILE, data: new Uint8Array(block) };
  }

  get bytes(): number {
    return this.file.data.byteLength;
  }
}
