/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cghook.c - cgroup plugins whose section says which hook it is; see cghook.h.
 *
 * Knows how a hook is named and found again by its attach type; the cgroups and the ways of
 * attaching are cgroup.c's.
 */
#include "common/cghook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct cleat_section *by_type(const struct cghook *h, uint32_t attach_type)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->sections[i].attach_type == attach_type)
			return &h->sections[i];
	return NULL;
}

static const char *name_of(const struct cghook *h, uint32_t attach_type)
{
	const struct cleat_section *s = by_type(h, attach_type);
	const char *slash = s ? strrchr(s->pattern, '/') : NULL;

	return slash ? slash + 1 : s ? s->pattern : "";
}

/* Is there more than one, so that a name says something. */
static bool has_names(const struct cghook *h)
{
	return h->n > 1;
}

int cghook_parse(const struct cghook *h, struct cleat_params *p,
		 const struct cleat_section *section)
{
	return cleat_param_set(p, "hook", name_of(h, section->attach_type));
}

int cghook_check(const struct cghook *h, struct cleat_program *prog, const struct cleat_params *p)
{
	const struct cleat_section *section = cleat_program_section(prog);
	struct cleat *c = cleat_program_context(prog);
	const char *own = name_of(h, section->attach_type);
	const char *hook = has_names(h) ? cleat_param(p, "hook") : NULL;

	if (hook && strcmp(hook, own) != 0) {
		cleat_param_error(c, p, "hook", EINVAL, "hook %s, but the section is '%s'", hook,
				  section->pattern);
		cleat_hint(c, "write 'section = cgroup/%s' in [program %s]", hook,
			   cleat_program_name(prog));
		return -EINVAL;
	}
	return cgroup_check(c, p);
}

int cghook_expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return cgroup_expand(cleat_program_context(prog), p, out);
}

typedef int attach_fn(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		      const char *what);

static int with_hook(const struct cghook *h, struct cleat_attach *a, const struct cleat_params *p,
		     attach_fn *attach)
{
	uint32_t type = cleat_program_section(cleat_attach_program(a))->attach_type;
	char what[64];

	snprintf(what, sizeof(what), "%s%s%s", h->plugin, has_names(h) ? " " : "",
		 has_names(h) ? name_of(h, type) : "");
	return attach(a, p, type, what);
}

int cghook_attach(const struct cghook *h, struct cleat_attach *a, const struct cleat_params *p)
{
	return with_hook(h, a, p, cgroup_attach);
}

int cghook_find(const struct cghook *h, struct cleat_attach *a, const struct cleat_params *p)
{
	return with_hook(h, a, p, cgroup_find);
}

int cghook_query(const struct cghook *h, struct cleat *c, const struct cleat_params *p,
		 struct cleat_facts *out)
{
	const char *hook = has_names(h) ? cleat_param(p, "hook") : NULL;
	int err = 0;

	for (size_t i = 0; i < h->n && !err; i++) {
		uint32_t type = h->sections[i].attach_type;
		const char *name = name_of(h, type);

		if (by_type(h, type) != &h->sections[i] || (hook && strcmp(hook, name) != 0))
			continue;
		err = cgroup_query(c, p, type, has_names(h) ? "hook" : NULL, name, out);
	}
	return err;
}

int cghook_describe(const struct cghook *h, struct cleat *c, const struct bpf_link_info *info,
		    struct cleat_facts *out)
{
	if (info->type != BPF_LINK_TYPE_CGROUP || !by_type(h, info->cgroup.attach_type))
		return -ENOENT;
	cgroup_describe(c, info, out);
	if (has_names(h))
		cleat_facts_text(out, "hook", "%s", name_of(h, info->cgroup.attach_type));
	return 0;
}
