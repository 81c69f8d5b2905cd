/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * keep.h - cleat apply --watch: what was applied is kept as the units say while the world changes.
 */
#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include "cli.h"

/*
 * Read the units by @add, and @apply them: now, and whenever they or what they name have changed, until a
 * signal ends it. What was applied stays. The first time must succeed. Returns the exit status.
 */
int keep(struct cli *cli, int argc, char **argv,
	 int (*add)(struct cli *cli, struct cleat_session *s, int argc, char **argv),
	 int (*apply)(struct cli *cli, struct cleat_session *s, bool all));

#endif
