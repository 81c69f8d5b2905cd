/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A program as a stranger writes it: opens a context with the installed library
 * and closes it again.
 */
#include <cleat/cleat.h>
#include <stdio.h>

int main(void)
{
	struct cleat *c = NULL;

	if (cleat_open(&c, NULL))
		return 1;
	cleat_close(c);
	puts("fine");
	return 0;
}
