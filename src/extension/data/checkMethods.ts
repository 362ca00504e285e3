/** What "Check This Machine" asks of the worker. */
import { sqliteSupport, type SqliteSupport } from '../../engine/run/sqliteSupport.ts';
import type { Readers } from './readers.ts';

type Ask = (readers: Readers, args: Readonly<Record<string, never>>) => SqliteSupport;
const support: Ask = () => sqliteSupport();

export const checkMethods = {
  /** An answer says that runs can be read at all: a worker without SQLite does not start. */
  sqliteSupport: support,
};
