/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * complete.h - the shells' completion asks the program.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli.h"

/* Print what the last of the words behind 'cleat' may become; the verbs are given. Returns CLI_DONE. */
int complete(struct cli *cli, const struct cli_verb *const *verbs, size_t n, int argc, char **argv);

/* main.c: what every verb takes; name NULL at the end. */
extern const struct cli_option cli_shared_options[];

/* new.c: each kind of project that there is. */
void new_each_kind(void (*fn)(void *user, const char *kind), void *user);

#endif
