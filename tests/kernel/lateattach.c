/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lateattach [-powerless] OBJECT PROGRAM [KEY=VALUE...] - loads a program over the public API, prints its pid,
 * and attaches the program when a line comes on standard input: so that the target can go in between,
 * or, with -powerless, every capability. Status 0 when it is attached all the same, 1 with the
 * reasons when not.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "complain.h"

static int load(struct cleat *c, char **args, struct cleat_program **p)
{
	struct cleat_program *other;
	struct cleat_object *o;

	if (cleat_object_open(c, args[0], &o))
		return -1;
	*p = cleat_object_program(o, args[1]);
	for (size_t i = 0; (other = cleat_object_program_at(o, i)); i++)
		cleat_program_set_autoload(other, other == *p);
	return *p ? cleat_object_load(o) : -1;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return (int)syscall(SYS_capset, &header, none);
}

static int attach_then(struct cleat_program *p, char **keys, bool powerless)
{
	struct cleat_link *link;
	char line[8];

	printf("%d\n", (int)getpid());
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin) || (powerless && drop_capabilities()))
		return -1;
	return cleat_program_attach(p, (const char *const *)keys, &link);
}

int main(int argc, char **argv)
{
	bool powerless = argc > 1 && strcmp(argv[1], "-powerless") == 0;
	char **args = argv + 1 + powerless;
	struct cleat_program *p;
	struct cleat *c;
	int status = 0;

	if (argc < 3 + powerless || cleat_open(&c, NULL))
		return 2;
	if (load(c, args, &p) || attach_then(p, args + 2, powerless)) {
		complain(c);
		status = 1;
	}
	cleat_close(c);
	return status;
}
