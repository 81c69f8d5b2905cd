// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * many.c - programs on many functions by one link; see many.h.
 *
 * Knows that the link names functions by their ids in the kernel's BTF. Which functions are meant is in
 * common/functions.c; what those ids are the host finds.
 */
#include "many.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/functions.h"
#include "common/linkinfo.h"

static const struct {
	uint32_t type;
	const char *word;
} forms[] = {
	{ BPF_TRACE_FENTRY_MULTI, "fentry.multi" },
	{ BPF_TRACE_FEXIT_MULTI, "fexit.multi" },
	{ BPF_TRACE_FSESSION_MULTI, "fsession.multi" },
};

static const char *form_name(uint32_t attach_type)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].type == attach_type)
			return forms[i].word;
	return NULL;
}

bool many_is(const struct cleat_section *section)
{
	return form_name(section->attach_type);
}

/* The length of "MODULE" in "MODULE:FUNCTION"; 0: the kernel's own. */
static size_t module_of(const char *target)
{
	const char *colon = strchr(target, ':');
	size_t n = colon ? (size_t)(colon - target) : 0;

	return n == strlen("vmlinux") && strncmp(target, "vmlinux", n) == 0 ? 0 : n;
}

static bool same_module(const char *a, const char *b)
{
	size_t n = module_of(a);

	return n == module_of(b) && strncmp(a, b, n) == 0;
}

int many_check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *first = cleat_param(p, "target");

	if (cleat_param_given(p, "target-program"))
		return cleat_param_error(c, p, "target-program", EINVAL,
					 "a multi form takes functions of the kernel only");
	for (size_t i = 0; i < cleat_param_count(p, "target"); i++) {
		const char *target = cleat_param_nth(p, "target", i);

		if (!functions_is_valid(target) || (target[0] >= '0' && target[0] <= '9'))
			return cleat_param_error(c, p, "target", EINVAL,
						 "'%s' is neither a function nor a pattern",
						 target);
		if (!same_module(target, first))
			return cleat_param_error(c, p, "target", EINVAL,
						 "'%s' and '%s' are not of one module: one link is "
						 "of one",
						 first, target);
	}
	return 0;
}

int many_prepare(struct cleat_program *prog, const struct cleat_params *p, struct cleat_load *load)
{
	const char *target = cleat_param_nth(p, "target", 0);
	size_t n = module_of(target);

	if (!n)
		return 0;
	load->btf_module = cleat_program_keep(prog, "%.*s", (int)n, target);
	return load->btf_module ? 0
				: cleat_error(cleat_program_context(prog), ENOMEM, "out of memory");
}

/* ---- attaching ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Its type, in the BTF of the module that the targets are of. */
static int find_type(struct cleat *c, const char *module, size_t n, const struct function *f,
		     struct cleat_type *type)
{
	const char *colon = f->name ? strchr(f->name, ':') : NULL;
	const char *name = colon ? colon + 1 : f->name;
	char full[256];
	int err;

	if (!name || snprintf(full, sizeof(full), "%.*s%s%s", (int)n, module, n ? ":" : "", name) >=
			     (int)sizeof(full))
		return -ENOENT;
	err = cleat_kernel_type(c, full, CLEAT_BTF_FUNC, type);
	return !err && !n && type->module_fd ? -ENOENT : err;
}

/* What a pattern found and has no types, or is of another module, is left out. */
static int find_ids(struct cleat *c, const struct cleat_params *p, const struct functions *f,
		    uint32_t *ids, uint32_t *n)
{
	const char *module = cleat_param_nth(p, "target", 0);
	uint32_t kept = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct cleat_type type = { 0 };
		int err = find_type(c, module, module_of(module), &f->v[i], &type);

		if (err == -ESRCH)
			return err;
		if (!err) {
			ids[(*n)++] = type.id;
		} else if (!f->v[i].found) {
			cleat_param_error(c, p, "target", ENOENT,
					  "this kernel has no function '%s'%s", f->v[i].name,
					  module_of(module) ? "" : " of its own");
			cleat_hint_kernel_symbol(c, f->v[i].name);
			return -ENOENT;
		}
	}
	if (!*n)
		return cleat_param_error(c, p, "target", ENOENT,
					 "no function that can be traced is meant");
	qsort(ids, *n, sizeof(*ids), by_number);
	for (uint32_t i = 0; i < *n; i++)
		if (!i || ids[i] != ids[kept - 1])
			ids[kept++] = ids[i];
	*n = kept;
	return 0;
}

static int link_all(struct cleat_attach *a, const struct cleat_params *p, uint32_t *ids,
		    uint64_t *cookies, uint32_t n)
{
	uint32_t type = cleat_program_section(cleat_attach_program(a))->attach_type;
	uint64_t cookie = cleat_param_uint(p, "cookie");
	union bpf_attr attr = { 0 };

	for (uint32_t i = 0; i < n; i++)
		cookies[i] = cookie;
	attr.link_create.attach_type = type;
	attr.link_create.tracing_multi.ids = (uintptr_t)ids;
	attr.link_create.tracing_multi.cnt = n;
	if (cookie)
		attr.link_create.tracing_multi.cookies = (uintptr_t)cookies;
	return cleat_attach_link(a, &attr, "%s %s%s, %u function%s", form_name(type),
				 cleat_param_nth(p, "target", 0),
				 cleat_param_count(p, "target") > 1 ? " and more" : "", n,
				 n == 1 ? "" : "s");
}

int many_attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct functions f = { 0 };
	uint64_t *cookies = NULL;
	uint32_t *ids = NULL, n = 0;
	int err = functions_find(c, p, "target", "except", &f);

	if (err)
		goto out;
	ids = calloc(f.n + 1, sizeof(*ids));
	cookies = calloc(f.n + 1, sizeof(*cookies));
	if (!ids || !cookies) {
		err = cleat_error(c, ENOMEM, "out of memory");
		goto out;
	}
	err = find_ids(c, p, &f, ids, &n);
	if (err)
		goto out;
	err = link_all(a, p, ids, cookies, n);
	if (err) {
		cleat_error_sys(c, err, "cannot attach to the %u function%s of '%s'", n,
				n == 1 ? "" : "s", cleat_param_nth(p, "target", 0));
		if (err != -EPERM)
			cleat_hint(c,
				   "one that cannot be traced%s spoils them all: say 'except', "
				   "or a narrower pattern",
				   cleat_program_section(cleat_attach_program(a))->prog_flags
					   ? ", or must not sleep,"
					   : "");
	}
out:
	functions_free(&f);
	free(ids);
	free(cookies);
	return err;
}

/* ---- describing --------------------------------------------------------------------------------- */

int many_describe(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out)
{
	uint32_t n = info->tracing_multi.count, *ids = calloc(n + 1, sizeof(*ids));
	struct bpf_link_info full = { 0 };

	cleat_facts_text(out, "attach", "%s",
			 form_name(info->tracing_multi.attach_type) ?: "unknown");
	cleat_facts_number(out, "functions", n);
	full.tracing_multi.ids = (uintptr_t)ids;
	full.tracing_multi.count = n;
	if (!ids || linkinfo_again(c, &full))
		n = 0;
	for (uint32_t i = 0; i < n; i++) {
		const char *module = NULL, *name;

		name = cleat_describe_btf(c, info->tracing_multi.btf_obj_id, ids[i], &module);
		if (name)
			cleat_facts_text(out, "target", "%s%s%s", module ? module : "",
					 module ? ":" : "", name);
	}
	free(ids);
	return 0;
}
