/** What a grader process may take. The engine and the models need the rest of the machine. */

/** Resident memory, about twenty times that of an idle grader: a reward needs some tables at most. */
export const MEMORY_LIMIT_BYTES = 1024 ** 3;

/** The JavaScript heap: half of the above, so that a heap that is full ends with V8's own message. */
export const HEAP_LIMIT_MIB = 512;
