import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOutOfMemory } from './outOfMemory.ts';

test('the words of runtimes that got no memory are known, and others are not', () => {
  for (const message of [
    "Non-zero status code returned while running MatMul node. Name:'/h.0/MatMul' Status Message: std::bad_alloc",
    'Exception during initialization: bad allocation',
    '/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, Stream*) Failed to allocate memory for requested buffer of size 1073741824',
    'Available memory of 1024 is smaller than requested bytes of 4096',
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=x',
    'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0',
    'Array buffer allocation failed',
  ])
    assert.ok(isOutOfMemory(message), message);
  for (const message of [
    'Non-zero status code returned while running Gather node. Status Message: indices element out of data bounds, idx=9',
    'CUDA failure 700: an illegal memory access was encountered',
    'Invalid input name: memory',
  ])
    assert.ok(!isOutOfMemory(message), message);
});
