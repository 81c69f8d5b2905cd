/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * peer-loads.c - what tests/kernel/loads.c does, written against libbpf.
 *
 * usage: peer-loads [-t] OBJECT...
 */
#include <bpf/libbpf.h>
#include <stdbool.h>

#include "tag.h"

static int say_warnings(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, args) : 0;
}

int main(int argc, char **argv)
{
	bool tags = argc > 1 && !strcmp(argv[1], "-t");
	struct bpf_program *program;
	ssize_t n;

	libbpf_set_print(say_warnings);
	for (int i = 1 + tags; i < argc; i++) {
		struct bpf_object *object = bpf_object__open_file(argv[i], NULL);

		if (!object || bpf_object__load(object))
			return 1;
		if (tags)
			bpf_object__for_each_program(program, object)
				print_tag(bpf_program__fd(program), bpf_program__name(program));
	}
	n = write(3, "READY=1\n", 8);
	(void)n;
	return 0;
}
