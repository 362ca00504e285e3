/** An experiment file that cannot be used. */
import { FaultyFileError } from './faultyFile.ts';

export class ExperimentError extends FaultyFileError {}
