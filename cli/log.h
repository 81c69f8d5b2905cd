/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * log.h - what programs log, as lines on standard output, until a signal comes.
 */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "cli.h"

struct log_printer {
	struct cli *cli;
	struct cleat_text *line;
	bool color;
};

/* Returns 0, or CLI_FAILED after saying why. */
int log_printer_open(struct log_printer *p, struct cli *cli);
void log_printer_close(struct log_printer *p);
/* The function for the reader; the printer is its 'user'. */
cleat_log_fn log_print;
/* Until a signal, or nobody reads what is printed any more. @r NULL: nothing is logged. */
int log_follow(struct cleat_reader *r, int signals);

#endif
