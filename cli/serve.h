/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * serve.h - one page over HTTP, made anew for whoever asks. It refuses to know what is on it.
 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli.h"

struct serve_page {
	const char *path; /* "/metrics" */
	const char *type; /* of its content */
	/* Writes it. Returns 0 or an exit status, after saying why: who asks is told that it could not be made. */
	int (*write)(struct cli *cli, FILE *out);
};

/*
 * Until a signal: @where is "PORT", "ADDRESS:PORT" or "[ADDRESS]:PORT"; without an address only this machine is
 * answered, port 0 is any that is free. Says where it listens on standard error, and that it is ready. Returns an exit status.
 */
int serve(struct cli *cli, const char *where, int signals, const struct serve_page *page);

#endif
