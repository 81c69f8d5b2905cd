/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lateattach [-powerless] OBJECT PROGRAM [KEY=VALUE...] - loads a program over the public API, prints its pid,
 * and attaches the program when a line comes on standard input: so that the target can go in between,
 * or, with -powerless, every capability. Status 1 with the reasons when it is refused, and no
 * descriptor and no link is left; 0 when it is attached all the same, 3 when something is left, 2 when
 * it was not even loaded.
 */
#include <dirent.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "complain.h"

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

/* Where it is to be attached is said before the load, which some types need. */
static int set_keys(struct cleat_program *p, char **keys)
{
	char name[64];

	for (; *keys; keys++) {
		const char *equals = strchr(*keys, '=');

		if (!equals)
			return -1;
		snprintf(name, sizeof(name), "%.*s", (int)(equals - *keys), *keys);
		if (cleat_program_set_param(p, name, equals + 1))
			return -1;
	}
	return 0;
}

static int load(struct cleat *c, char **args, struct cleat_program **p)
{
	struct cleat_program *other;
	struct cleat_object *o;

	if (cleat_object_open(c, args[0], &o))
		return -1;
	*p = cleat_object_program(o, args[1]);
	for (size_t i = 0; (other = cleat_object_program_at(o, i)); i++)
		cleat_program_set_autoload(other, other == *p);
	return *p && set_keys(*p, args + 2) == 0 ? cleat_object_load(o) : -1;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return (int)syscall(SYS_capset, &header, none);
}

/* Twice: what the first attempt reads and keeps is no leak. */
static int attach_late(struct cleat *c, struct cleat_program *p, bool powerless)
{
	size_t before;
	char line[8];

	printf("%d\n", (int)getpid());
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin) || (powerless && drop_capabilities()))
		return 2;
	if (cleat_program_attach(p, NULL, NULL) == 0)
		return 0;
	before = descriptors();
	if (cleat_program_attach(p, NULL, NULL) == 0)
		return 0;
	complain(c);
	if (descriptors() == before && !cleat_program_link_at(p, 0))
		return 1;
	fprintf(stderr, "%ld descriptors left, %s\n", (long)descriptors() - (long)before,
		cleat_program_link_at(p, 0) ? "and a link" : "and no link");
	return 3;
}

int main(int argc, char **argv)
{
	bool powerless = argc > 1 && strcmp(argv[1], "-powerless") == 0;
	struct cleat_program *p;
	struct cleat *c;
	int status = 2;

	if (argc < 3 + powerless || cleat_open(&c, NULL))
		return 2;
	if (load(c, argv + 1 + powerless, &p))
		complain(c);
	else
		status = attach_late(c, p, powerless);
	cleat_close(c);
	return status;
}
