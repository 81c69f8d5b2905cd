// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * binary.c - fuzz target: any bytes as a program or library that is to be probed: its functions,
 * the file with its debugging information, its USDT probes and where their arguments are.
 */
#include <cleat/cleat.h>

#include "fuzz.h"

#include "elf/symbol.h"
#include "live/context.h"
#include "program/usdt/args.h"
#include "program/usdt/notes.h"

struct found {
	size_t n;
	uint64_t last;
	char name[64];
};

/* In their order, each offset once. */
static int note_function(void *user, const char *name, uint64_t offset)
{
	struct found *f = user;

	FUZZ_ASSERT(!f->n || offset > f->last);
	f->last = offset;
	if (!f->n++)
		snprintf(f->name, sizeof(f->name), "%s", name);
	return 0;
}

static void functions(const char *path)
{
	struct report *r = report_new();
	struct found f = { 0 };
	uint64_t offset;
	int err;

	FUZZ_ASSERT(r);
	err = elf_function_each(path, "*", note_function, &f, r);
	FUZZ_ASSERT((err == 0) == (f.n > 0));
	report_clear(r);
	err = elf_function_offset(path, f.n ? f.name : "main", &offset, r);
	FUZZ_REPORTED(r, err);
	report_free(r);
}

static void probes(struct cleat *c, const char *path, size_t size)
{
	struct notes notes;
	int err;

	report_clear(c->report);
	err = notes_read(c, path, &notes);
	FUZZ_ASSERT(err < 0 ? cleat_diag_count(c) > 0 : notes.n > 0);
	for (size_t i = 0; !err && i < notes.n && i < 64; i++) {
		const struct note *n = &notes.v[i];
		struct args_place place = {
			.machine = notes.machine,
			.fixed = notes.fixed,
			.site = n->address,
			.symbol = notes_symbol,
			.user = &notes,
		};
		struct arg args[ARGS_MAX];
		uint8_t code[16];

		FUZZ_ASSERT(n->offset < size && *n->provider && *n->name);
		FUZZ_ASSERT(notes_code(&notes, n->offset, code, sizeof(code)) <= sizeof(code));
		notes_address(&notes, n->offset);
		args_parse(&place, n->args, args);
	}
	notes_free(&notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cleat *c;
	char path[64];
	int fd = fuzz_file(data, size, path);

	if (!c)
		FUZZ_ASSERT(!cleat_open(&c, NULL));
	functions(path);
	probes(c, path, size);
	close(fd);
	return 0;
}
