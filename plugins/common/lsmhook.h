/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lsmhook.h - the kernel's security hooks as programs name them, for the machine and for a cgroup.
 */
#ifndef COMMON_LSMHOOK_H
#define COMMON_LSMHOOK_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* The key that names the hook, for key tables. */
#define LSMHOOK_KEY                                                                   \
	{                                                                             \
		.name = "hook", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_LOAD,         \
		.help = "security hook of the kernel: file_open, socket_connect, ..." \
	}

/* The callbacks of these names. */
int lsmhook_parse(struct cleat *c, struct cleat_params *p, const struct cleat_section *section,
		  const char *text);
int lsmhook_prepare(struct cleat_program *prog, const struct cleat_params *p,
		    struct cleat_load *load);

/* Does the kernel ask BPF programs: 0 also when that cannot be told, or -EOPNOTSUPP, reported. */
int lsmhook_active(struct cleat *c);
/* Is the hook to attach to the one that the program was loaded for: 0, or -EINVAL, reported. */
int lsmhook_same(struct cleat_attach *a, const struct cleat_params *p);
/* The hook of a program by its id, or NULL. */
const char *lsmhook_name(struct cleat *c, uint32_t prog_id);

#endif
