/** Whether what a runtime failed with is that it was given no more memory. */

/**
 * What ONNX Runtime says on the CPU (a C++ exception, or its arena), of CUDA, cuBLAS and cuDNN, and what V8 says of a buffer. The first two
 * are from the standard libraries of GCC and Clang, and of Microsoft.
 */
const SIGNS = [
  /\bstd::bad_alloc\b/,
  /\bbad allocation\b/,
  /failed to allocate memory/i,
  /\bAvailable memory of \d+ is smaller than requested bytes/,
  /\bCUDA (failure|error) 2\b|\bout of memory\b/i,
  /\bCU(BLAS|DNN)_STATUS_ALLOC_FAILED\b/,
  /Array buffer allocation failed/,
];

export function isOutOfMemory(message: string): boolean {
  return SIGNS.some((sign) => sign.test(message));
}
