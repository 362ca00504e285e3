/** The engine's version, which every run records; a test holds it and package.json in step. */
export const ENGINE_VERSION = '0.1.0';
