/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.h - what the examples of event loops share: everything but the loop. An object is loaded and
 * attached, and the records of one of its maps are printed.
 */
#include <cleat/cleat.h>

struct watch {
	struct cleat *c;
	struct cleat_text *text;
	struct cleat_reader *reader;
};

/* From the command line: OBJECT MAP [VARIABLE=VALUE]... Returns 0, or what main() returns. */
int watch_open(struct watch *w, int argc, char **argv);
void watch_close(struct watch *w);
/* Say why the records ended. */
void watch_complain(int err);
