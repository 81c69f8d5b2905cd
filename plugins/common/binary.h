/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * binary.h - the program or library that a probe is in, and the process that it is for: the keys
 * "binary", "pid" and "process".
 */
#ifndef COMMON_BINARY_H
#define COMMON_BINARY_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <limits.h>

/* For key tables. */
#define BINARY_KEY                                                                                 \
	{                                                                                          \
		.name = "binary", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_BINARY,                  \
		.help = "program or library: a path, or a bare name that the shell or the linker " \
			"would find"                                                               \
	}
#define BINARY_KEY_PID                                                              \
	{                                                                           \
		.name = "pid", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_PROCESS, \
		.help = "in this process alone; paths are then as it sees them"     \
	}
#define BINARY_KEY_PROCESS                                                          \
	{                                                                           \
		.name = "process", .flags = CLEAT_KEY_PROCESS | CLEAT_KEY_REPEAT,   \
		.help = "in each process of this name alone; * and ? match several" \
	}

/*
 * The file that "binary" names. A bare name: a program as in PATH, a library ("libc.so.6",
 * "libssl.so", "libc") as the dynamic linker finds it. With @pid (> 0) first what that process has
 * mapped; and paths as it sees them, through /proc/PID/root where that is another file. Reports.
 */
int binary_find(struct cleat *c, const struct cleat_params *p, int pid, char path[static PATH_MAX]);

/*
 * 'expand': a target with "pid" for each process that "process" names, and "binary" as the path of the file.
 * What is not there is reported, or waited for.
 */
int binary_expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out);
/* Is "pid", when given, a number of a process, and "process" not given as well. Reports. */
int binary_check_pid(struct cleat *c, const struct cleat_params *p);
/* "pid", or -1: any process. */
int binary_pid(const struct cleat_params *p);

/*
 * 'parse_target' of plugins with the keys "function" and "offset": "PATH:FUNCTION" or "PATH:OFFSET";
 * "FUNCTION" alone leaves the binary to the unit, as BCC's programs do.
 */
int binary_parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text);

/* For 'query': does the fact "binary" tell of the file at @path. */
bool binary_is(const struct cleat_facts *facts, const char *path);

/* NAME of "NAME[+OFFSET]", to be freed, or NULL without memory; *more grows by the offset. */
char *binary_split_offset(const char *function, uint64_t *more);

#endif
