/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * complain.h - for test programs that use the library: what it had to say, on standard error.
 */
#ifndef KERNEL_COMPLAIN_H
#define KERNEL_COMPLAIN_H

#include <stdio.h>

#include <cleat/cleat.h>

static inline void complain(struct cleat *c)
{
	char text[4096];

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
}

#endif
