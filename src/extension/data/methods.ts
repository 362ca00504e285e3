/**
 * What the host asks of the worker that reads runs: one function each, from plain arguments to a plain answer (both are cloned
 * between threads). A panel has its own file of them.
 */
import { agentMethods } from './agentMethods.ts';
import { caseMethods } from './caseMethods.ts';
import { checkMethods } from './checkMethods.ts';
import { compareMethods } from './compareMethods.ts';
import { dashboardMethods } from './dashboardMethods.ts';
import { experimentMethods } from './experimentMethods.ts';
import { exportMethods } from './exportMethods.ts';
import { folderMethods } from './folderMethods.ts';
import { listMethods } from './listMethods.ts';
import { liveMethods } from './liveMethods.ts';
import { outputsMethods } from './outputsMethods.ts';
import { recipeMethods } from './recipeMethods.ts';
import { rewardDiffMethods } from './rewardDiffMethods.ts';
import { stateMethods } from './stateMethods.ts';
import { sweepMethods } from './sweepMethods.ts';
import { taskMethods } from './taskMethods.ts';

export const methods = {
  ...agentMethods,
  ...caseMethods,
  ...checkMethods,
  ...compareMethods,
  ...dashboardMethods,
  ...experimentMethods,
  ...exportMethods,
  ...folderMethods,
  ...listMethods,
  ...liveMethods,
  ...outputsMethods,
  ...recipeMethods,
  ...rewardDiffMethods,
  ...stateMethods,
  ...sweepMethods,
  ...taskMethods,
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type MethodArguments<Name extends MethodName> = Parameters<Methods[Name]>[1];
export type MethodResult<Name extends MethodName> = ReturnType<Methods[Name]>;

export interface MethodCall {
  readonly id: number;
  readonly name: MethodName;
  readonly args: unknown;
}

export type MethodAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly forUser: boolean } };
