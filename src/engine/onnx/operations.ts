/**
 * The operations of a graph: each checks and infers shapes and adds one ONNX node. Operators are those of ONNX operator set 21 and of
 * `com.microsoft`, where the CPU and GPU providers have them.
 */
export * from './operations/elementwise.ts';
export * from './operations/filled.ts';
export * from './operations/indexing.ts';
export * from './operations/layout.ts';
export * from './operations/loop.ts';
export * from './operations/matmul.ts';
export * from './operations/normalization.ts';
export * from './operations/order.ts';
export * from './operations/quantized.ts';
export * from './operations/reductions.ts';
export * from './operations/rotary.ts';
export { dimension } from './runtimeShape.ts';
