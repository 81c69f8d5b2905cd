/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * guess.h - section names to try for a program whose own says nothing; nothing is loaded here.
 */
#ifndef CLI_GUESS_H
#define CLI_GUESS_H

#include <cleat/cleat.h>

#define GUESS_MAX 10

struct guess {
	char sections[GUESS_MAX][32];
	size_t n;
	size_t known; /* so many of them come from the program; the rest are merely usual */
};

/* The best first. */
void guess_sections(struct guess *g, struct cleat *c, const struct cleat_program_info *info);

#endif
