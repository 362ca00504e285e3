/** What an experiment may be computed on. Apart from the experiment's schema, for those who need the names alone. */

export const deviceNames = ['auto', 'cpu', 'gpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;
export type DeviceName = (typeof deviceNames)[number];
