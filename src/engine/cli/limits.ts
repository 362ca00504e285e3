/** What a terminal lets the engine take of the machine, by its environment. */
import { limitsOfEnvironment } from '../protocol/computeLimits.ts';
import type { EngineContext } from '../trainer/engineContext.ts';
import type { CommandIO } from './command.ts';

/** @throws UserError where a variable is not what it should be */
export function terminalLimits({ env }: CommandIO): Pick<EngineContext, 'defaultThreads' | 'memoryLimit'> {
  const { threads, memoryBytes } = limitsOfEnvironment(env);
  return {
    ...(threads === undefined ? {} : { defaultThreads: threads }),
    ...(memoryBytes === undefined ? {} : { memoryLimit: memoryBytes }),
  };
}
