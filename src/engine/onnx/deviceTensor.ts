/** Tensors that stay where a graph was run. */
import type * as ort from 'onnxruntime-node';
import type { DType } from './valueType.ts';

/**
 * A tensor in a graphics card's memory. It can be fed to any session of the same provider; it cannot be read, as onnxruntime-node 1.30 has no way
 * to (`getData` ends the process). Whoever ran the session that returned it disposes of it.
 */
export class DeviceTensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly byteLength: number;
  #tensor: ort.Tensor | null;
  readonly #disposed: (tensor: DeviceTensor) => void;

  /**
   * @param tensor one of location `gpu-buffer`
   * @param disposed called when it is given back
   */
  constructor(dtype: DType, byteLength: number, tensor: ort.Tensor, disposed: (tensor: DeviceTensor) => void) {
    this.dtype = dtype;
    this.dims = tensor.dims;
    this.byteLength = byteLength;
    this.#tensor = tensor;
    this.#disposed = disposed;
  }

  /** As ONNX Runtime takes it. Throws for one that was given back, which would end the process there. */
  get fed(): ort.Tensor {
    if (this.#tensor === null) throw new Error('a tensor of the device was fed after it was given back');
    return this.#tensor;
  }

  get isDisposed(): boolean {
    return this.#tensor === null;
  }

  /** Gives its memory back; once is enough. */
  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = null;
    this.#disposed(this);
  }
}
