// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * attachloop [-reload] OBJECT PROGRAM TIMES [KEY=VALUE...] - loads one program, attaches and detaches it
 * TIMES times over the public API, and looks what that left: descriptors, memory of this process, links of
 * the program in the kernel. Memory is exact with GLIBC_TUNABLES=glibc.malloc.tcache_count=0. With -reload
 * it is loaded anew each time, for kernels that let it be attached once. PROGRAM may be the name of a map
 * that is attached itself. Prints what it saw; status 0 when nothing is left, 1 otherwise, 2 when it could
 * not be attached at all.
 */
#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "complain.h"

/* The first rounds read what is kept with the context: symbols, types, plugins. */
#define WARM_UP 3
/*
 * What does not grow with the number of rounds: holes that the allocator has not filled again. It is made
 * to keep no stores of its own of what was freed, which would count as in use.
 */
#define SPARE 2048

static size_t descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* Of all links in the kernel those of a program; a link is freed a moment after its end. */
static size_t links_of(struct cleat *c, const char *program)
{
	uint32_t id = 0;
	size_t n = 0;

	while (program && cleat_kernel_next(c, CLEAT_LINKS, id, &id) == 0) {
		struct cleat_facts *facts = cleat_facts_new();

		if (facts && cleat_kernel_facts(c, CLEAT_LINKS, id, facts) == 0) {
			const char *of = cleat_facts_find(facts, "program");

			n += of && strcmp(of, program) == 0;
		}
		cleat_facts_free(facts);
	}
	return n;
}

static size_t links_left(struct cleat *c, const char *program)
{
	const struct timespec moment = { .tv_nsec = 50000000 };
	size_t n = 0;

	for (int i = 0; i < 40 && (n = links_of(c, program)); i++)
		nanosleep(&moment, NULL);
	return n;
}

/* What is attached: one of the two. */
struct subject {
	struct cleat_program *program;
	struct cleat_map *map;
	const char *const *params;
	struct cleat_object *reload; /* NULL: not */
};

static int round_trip(const struct subject *s)
{
	struct cleat_link *link = NULL, *next;
	int err = s->program ? cleat_program_attach(s->program, s->params, &link)
			     : cleat_map_attach(s->map, &link);

	for (; !err && link; link = next) {
		next = cleat_link_next(link);
		err = cleat_link_detach(link);
	}
	if (!err && s->reload) {
		cleat_object_unload(s->reload);
		err = cleat_object_load(s->reload);
	}
	return err;
}

static int rounds(struct cleat *c, const struct subject *s, long times, const char *id)
{
	size_t fds = 0, fds_after, links;
	long memory = 0, growth;

	for (long i = 0; i < times + WARM_UP; i++) {
		if (i == WARM_UP) {
			fds = descriptors();
			memory = (long)mallinfo2().uordblks;
		}
		if (round_trip(s)) {
			complain(c);
			return 2;
		}
	}
	growth = (long)mallinfo2().uordblks - memory;
	fds_after = descriptors();
	links = links_left(c, id);
	printf("%ld times: %ld descriptors, %ld bytes, %zu links left\n", times,
	       (long)fds_after - (long)fds, growth, links);
	return fds_after != fds || growth > SPARE || links;
}

/* Only what is asked for is loaded. */
static int load(struct cleat_object *o, struct subject *s, const char *name)
{
	struct cleat_program *other;

	s->program = cleat_object_program(o, name);
	s->map = s->program ? NULL : cleat_object_map(o, name);
	if (s->map)
		return cleat_map_set_param(s->map, "create", "yes") ?: cleat_object_load(o);
	if (!s->program)
		return -ENOENT;
	for (size_t i = 0; (other = cleat_object_program_at(o, i)); i++)
		cleat_program_set_autoload(other, other == s->program);
	return cleat_object_load(o);
}

int main(int argc, char **argv)
{
	struct cleat_program_info info = { .size = sizeof(info) };
	struct subject s = { 0 };
	struct cleat_object *o;
	bool reload = argc > 1 && strcmp(argv[1], "-reload") == 0;
	char id[16] = "";
	struct cleat *c;
	int status;

	argv += reload;
	if (argc - reload < 4)
		return 2;
	mallopt(M_MXFAST, 0);
	s.params = (const char *const *)(argv + 4);
	if (cleat_open(&c, NULL))
		return 2;
	if (cleat_object_open(c, argv[1], &o) || load(o, &s, argv[2])) {
		complain(c);
		status = 2;
	} else {
		s.reload = reload ? o : NULL;
		if (s.program && cleat_program_info(s.program, &info) == 0)
			snprintf(id, sizeof(id), "%u", info.id);
		status = rounds(c, &s, atol(argv[3]), *id ? id : NULL);
	}
	cleat_close(c);
	return status;
}
