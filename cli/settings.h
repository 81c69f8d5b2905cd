/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * settings.h - what may follow an object on the command line, as a unit's sections would say it:
 * "map NAME KEY=VALUE..." and "global NAME=VALUE...".
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli.h"

/* How many of these words are settings; CLI_USAGE in *status, and said, when they are none. */
int settings_count(const struct cli *cli, int argc, char **argv, int *status);
/* Apply that many words. Returns CLI_DONE, or CLI_FAILED after saying why. */
int settings_apply(const struct cli *cli, struct cleat_object *o, int n, char **words);

#endif
