/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cghook.h - program types of cgroups whose section says which hook it is: what their plugins have
 * in common. The hooks are the plugin's table of sections; their names are what follows the last
 * slash. Knows no program type.
 */
#ifndef COMMON_CGHOOK_H
#define COMMON_CGHOOK_H

#include "common/cgroup.h"

/* The hooks of a plugin. Of several sections with one attach type, the first gives the name. */
struct cghook {
	const char *plugin;
	const struct cleat_section *sections;
	size_t n;
};
#define CGHOOK(name, array)                                     \
	{                                                       \
		name, array, sizeof(array) / sizeof((array)[0]) \
	}

/* The key 'hook', for plugins with more than one: set by the section, given to 'query'. */
#define CGHOOK_KEY(list)                                                    \
	{                                                                   \
		.name = "hook", .type = CLEAT_TYPE_CHOICE, .choices = list, \
		.help = "which of them; the section says it"                \
	}

/* Callbacks of the same names; a plugin with one hook has no parse_target. */
int cghook_parse(const struct cghook *h, struct cleat_params *p,
		 const struct cleat_section *section);
int cghook_check(const struct cghook *h, struct cleat_program *prog, const struct cleat_params *p);
int cghook_expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out);
int cghook_attach(const struct cghook *h, struct cleat_attach *a, const struct cleat_params *p);
int cghook_find(const struct cghook *h, struct cleat_attach *a, const struct cleat_params *p);
int cghook_query(const struct cghook *h, struct cleat *c, const struct cleat_params *p,
		 struct cleat_facts *out);
int cghook_describe(const struct cghook *h, struct cleat *c, const struct bpf_link_info *info,
		    struct cleat_facts *out);

#endif
