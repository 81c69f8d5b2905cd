/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * embed.c - a program that is one file, in C and in C++: the object is in it, and its variables are members.
 */
#include "embed.h"

#include <stdio.h>
#include <unistd.h>

static int fails(const char *what, int line)
{
	fprintf(stderr, "embed: line %d: not so: %s\n", line, what);
	return 1;
}

#define MUST(x)                                     \
	do {                                        \
		if (!(x))                           \
			return fails(#x, __LINE__); \
	} while (0)

static int before(struct embed *e)
{
	MUST(e->rodata && e->data && e->bss && e->data_my_own);
	MUST(e->rodata->wanted == 1 && !strcmp(e->rodata->text, "abc"));
	MUST(e->data->both.whole == 7 && e->data->both.low == 5 && e->data->both.high == 100);
	MUST(e->data_my_own->apart == 9);
	MUST(!e->link_counts && e->map_table && e->program_counts);
	MUST(sizeof(embed_table_key) == 8 && sizeof(embed_table_value) == sizeof(struct outer));
	e->rodata->wanted = (__u32)getpid();
	e->rodata->mode = ON;
	e->rodata->text[1] = 'x';
	e->data->class_ = 10;
	return 0;
}

static int after(struct embed *e)
{
	embed_table_key key = { 1, { 2, 3, 4, 5 } };
	embed_table_value value, back;

	MUST(e->link_counts);
	getppid();
	MUST(e->bss->calls > 0 && e->bss->last == 'x');
	MUST(e->data->both.half[1] == 1 && e->data->both.set);
	MUST(e->data_my_own->apart >= 9 + 10 + 4 + 1);
	memset(&value, 0, sizeof(value));
	value.inner[1].value = 77;
	MUST(!cleat_map_update(e->map_table, &key, &value, 0));
	MUST(!cleat_map_lookup(e->map_table, &key, &back, 0) && back.inner[1].value == 77);
	MUST(!embed_detach(e) && !e->link_counts);
	return 0;
}

int main(void)
{
	struct cleat *c = NULL;
	struct embed e;
	char text[4096];
	int err;

	if (cleat_open(&c, NULL))
		return 1;
	err = embed_open(c, &e) || before(&e) || embed_load(&e) || embed_attach(&e) || after(&e);
	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
	embed_close(&e);
	cleat_close(c);
	if (!err)
		puts("fine");
	return err;
}
