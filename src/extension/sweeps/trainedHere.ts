/** The sweeps that this window trains, by what identifies them. */
export const trainedHere = new Set<string>();
