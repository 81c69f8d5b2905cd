/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * arenavars OBJECT - variables in an arena, through the library's public face: what is set before load is
 * what the program finds, what the program changes is seen here, and the reverse, in one memory at one
 * address. Exits with 0, or says what was wrong.
 */
#include <cleat/cleat.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/uapi.h>

struct world {
	struct cleat *c;
	struct cleat_object *o;
};

static void fail(struct world *w, const char *what)
{
	char text[4096];

	printf("%s\n", what);
	for (size_t i = 0; i < cleat_diag_count(w->c); i++) {
		cleat_diag_format(cleat_diag_get(w->c, i), text, sizeof(text));
		printf("%s\n", text);
	}
	exit(1);
}

static void set(struct world *w, const char *name, const char *value)
{
	if (cleat_object_set_global(w->o, name, value))
		fail(w, "cannot set a variable");
}

static void is(struct world *w, const char *name, const char *wanted)
{
	char *text = NULL;

	if (cleat_object_get_global(w->o, name, false, &text))
		fail(w, "cannot get a variable");
	if (strcmp(text, wanted) != 0) {
		printf("%s is %s, wanted %s\n", name, text, wanted);
		exit(1);
	}
	free(text);
}

static void run(struct world *w)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)cleat_program_fd(cleat_object_program(w->o, "count"));
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		fail(w, "the program does not run");
}

int main(int argc, char **argv)
{
	struct world w = { 0 };
	uint64_t *memory;
	char address[32];
	size_t size = 0;

	if (argc != 2 || cleat_open(&w.c, NULL) || cleat_object_open(w.c, argv[1], &w.o))
		fail(&w, "cannot be opened");
	is(&w, "counter", "40");
	is(&w, "pair", "{ left = 1, right = 2 }");
	set(&w, "pair", "{ left = 5, right = 6 }");
	if (cleat_object_load(w.o))
		fail(&w, "does not load");
	run(&w);
	is(&w, "counter", "41");
	is(&w, "pair", "{ left = 5, right = 11 }");
	is(&w, "sum", "11");
	/* from here to there, and by its own address */
	set(&w, "counter", "1000");
	run(&w);
	is(&w, "seen", "1001");
	memory = cleat_object_global_memory(w.o, "counter", &size);
	if (!memory || size != sizeof(*memory) || *memory != 1001)
		fail(&w, "the memory is not shared");
	snprintf(address, sizeof(address), "%" PRIu64, (uint64_t)(uintptr_t)memory);
	is(&w, "at", address);
	cleat_object_unload(w.o);
	/* once more, from what the object and the caller said */
	if (cleat_object_load(w.o))
		fail(&w, "does not load again");
	is(&w, "pair", "{ left = 5, right = 6 }");
	cleat_close(w.c);
	return 0;
}
