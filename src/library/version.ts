/** Part of the identity of every reward that uses a function of `rlvr`: raise it when any of them gives another value than before. */
export const LIBRARY_VERSION = 1;
