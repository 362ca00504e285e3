/** Libraries of the system that providers for graphics cards are linked to or load. */

/** What ONNX Runtime's WebGPU loads on Linux. */
export const VULKAN_LOADER = 'libvulkan.so.1';

/** What the CUDA provider of ONNX Runtime for CUDA 12 is linked to, and what that is a part of. */
export const CUDA_LIBRARIES = [
  { library: 'libcudart.so.12', product: 'CUDA 12' },
  { library: 'libcublas.so.12', product: 'CUDA 12' },
  { library: 'libcublasLt.so.12', product: 'CUDA 12' },
  { library: 'libcurand.so.10', product: 'CUDA 12' },
  { library: 'libcufft.so.11', product: 'CUDA 12' },
  { library: 'libnvrtc.so.12', product: 'CUDA 12' },
  { library: 'libcudnn.so.9', product: 'cuDNN 9' },
] as const;
