/** The editor's door: an engine that is started detached, with its own folder as the one argument, and spoken to over a local socket. */
