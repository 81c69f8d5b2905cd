/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * selftest.h - a stranger's plugin against the contract.
 */
#ifndef CLI_SELFTEST_H
#define CLI_SELFTEST_H

#include "cli.h"

/*
 * Exercise the plugin that @file (its descriptor, or the shared object beside it) is, and say of each
 * part of the contract whether it holds. Returns CLI_DONE when all do.
 */
int selftest(struct cli *cli, const char *file);

/* ---- selftest-checks.c: in a child ---- */

struct selftest {
	struct cleat_plugin_info info; /* what the descriptor says */
	const char *dir; /* of the plugin */
	const char *work; /* a directory for units and objects */
	FILE *out; /* lines: '@' and what is tried now, '!' and a breach */
};

void selftest_opens(struct selftest *t);
void selftest_exports(struct selftest *t);
void selftest_words(struct selftest *t);
void selftest_sections(struct selftest *t);
void selftest_types(struct selftest *t);
void selftest_output(struct selftest *t);
void selftest_keys(struct selftest *t);
/* Remove the directory; in the parent, for a child may have no time to. */
void selftest_clean(const struct selftest *t);

/* ---- selftest-object.c ---- */

/* What the object that it is tried with is called, and so are its program and its map. */
#define SELFTEST_NAME "selftest"

struct selftest_map {
	unsigned int type, key, value, entries; /* sizes in bytes */
};

/*
 * Write a BPF object to @path, with a program that returns 0 in section @section and such a map (type 0:
 * none). Returns 0 or -errno.
 */
int selftest_object(const char *path, const char *section, const struct selftest_map *map);

#endif
