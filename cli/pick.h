/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * pick.h - the program of an object that a command is about.
 */
#ifndef CLI_PICK_H
#define CLI_PICK_H

#include "cli.h"

/*
 * The program that is named; without a @name the only one there is, and CLI_USAGE when there are several.
 * Returns an exit status, after saying why.
 */
int pick_program(const struct cli *cli, struct cleat_object *o, const char *name,
		 struct cleat_program **out);
/* Load it. The object's others, which may be called by it from slots of maps, are loaded where they can be. */
int pick_load(struct cli *cli, struct cleat_program *p);

#endif
