/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kprobe_multi.c - programs at many functions of the kernel at once, at their returns, or at both as
 * a session; on kernels that cannot, by a probe for each function.
 *
 * Knows the link and when a single probe does as well. What functions are meant is in common/functions.c,
 * how a single probe is opened in common/probe.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/functions.h"
#include "common/kprobes.h"
#include "common/linkinfo.h"
#include "common/probe.h"

static const struct cleat_section sections[] = {
	{ .pattern = "kprobe.multi+", .attach_type = BPF_TRACE_KPROBE_MULTI },
	{ .pattern = "kretprobe.multi+", .attach_type = BPF_TRACE_KPROBE_MULTI },
	{ .pattern = "kprobe.session+", .attach_type = BPF_TRACE_KPROBE_SESSION },
};

static const struct cleat_key keys[] = {
	{ .name = "function",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_KERNEL_FUNCTION,
	  .help = "kernel function as [MODULE:]NAME, where * and ? match several; or an address" },
	{ .name = "except",
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "functions to leave out of those that were matched; * and ? match several" },
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "number that bpf_get_attach_cookie() gives the program; several: one for each function" },
	{ .name = "via",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|multi|single",
	  .preset = "auto",
	  .flags = CLEAT_KEY_LOAD,
	  .help = "one link for all (kernel 5.18), or a probe for each, as older kernels do" },
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool at_return(const struct cleat_program *prog)
{
	return strncmp(cleat_program_section(prog)->pattern, "kret", 4) == 0;
}

static bool is_session(const struct cleat_program *prog)
{
	return cleat_program_section(prog)->attach_type == BPF_TRACE_KPROBE_SESSION;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "function", text) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	int err;

	for (size_t i = 0; i < cleat_param_count(p, "function"); i++) {
		const char *function = cleat_param_nth(p, "function", i);

		if (!functions_is_valid(function))
			return cleat_param_error(
				c, p, "function", EINVAL,
				"'%s' is not [MODULE:]NAME, a pattern or an address", function);
	}
	err = functions_check_each(c, p, "function", "cookie");
	if (err)
		return err;
	if (is_session(prog) && is(cleat_param(p, "via"), "single"))
		return cleat_param_error(c, p, "via", EINVAL,
					 "a session needs one link for call and return");
	return 0;
}

/* ---- what the kernel can ------------------------------------------------------------------------ */

static int link_no_function(int program, uint32_t attach_type)
{
	static const char *const nothing[] = { "cleat has no such function" };
	union bpf_attr attr = {
		.link_create = {
			.prog_fd = (uint32_t)program,
			.attach_type = attach_type,
		},
	};

	attr.link_create.kprobe_multi.syms = (uintptr_t)nothing;
	attr.link_create.kprobe_multi.cnt = 1;
	return cleat_sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

/* Tried with a function that there cannot be: a kernel that has such links finds just that wrong. */
static bool lacks(uint32_t attach_type)
{
	int program = probe_nothing(attach_type), link;

	if (program < 0)
		return program == -EINVAL;
	link = link_no_function(program, attach_type);
	if (link >= 0)
		close(link);
	close(program);
	return link == -EINVAL || link == -EOPNOTSUPP;
}

/* A program for the link has a type of its own, and then no single probe takes it. */
static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	const char *via = cleat_param(p, "via");

	if (!is_session(prog) &&
	    (is(via, "single") || (is(via, "auto") && lacks(BPF_TRACE_KPROBE_MULTI))))
		load->attach_type = 0;
	return 0;
}

/* ---- one link ----------------------------------------------------------------------------------- */

struct arrays {
	uint64_t *addresses, *cookies;
	const char **names;
};

static int fill(struct cleat *c, struct functions *f, struct arrays *arrays)
{
	bool located = functions_locate(c, f);

	if (!located)
		functions_unique(f);
	arrays->addresses = calloc(f->n + 1, sizeof(*arrays->addresses));
	arrays->cookies = calloc(f->n + 1, sizeof(*arrays->cookies));
	arrays->names = calloc(f->n + 1, sizeof(*arrays->names));
	if (!arrays->addresses || !arrays->cookies || !arrays->names)
		return cleat_error(c, ENOMEM, "out of memory");
	for (size_t i = 0; i < f->n; i++) {
		const char *colon = f->v[i].name ? strchr(f->v[i].name, ':') : NULL;

		arrays->addresses[i] = f->v[i].address;
		arrays->names[i] = colon ? colon + 1 : f->v[i].name;
		arrays->cookies[i] = f->v[i].cookie;
	}
	if (located) {
		free(arrays->names);
		arrays->names = NULL;
	}
	return 0;
}

static void say_what(char what[static 160], const struct cleat_program *prog,
		     const struct cleat_params *p, size_t n)
{
	const char *first = cleat_param_nth(p, "function", 0);

	snprintf(what, 160, "%s %.80s%s, %zu function%s",
		 is_session(prog)  ? "kprobe session"
		 : at_return(prog) ? "kretprobes"
				   : "kprobes",
		 first, cleat_param_count(p, "function") > 1 ? " and more" : "", n,
		 n == 1 ? "" : "s");
}

/* No diagnostic but for memory, which *said tells. */
static int attach_multi(struct cleat_attach *a, const struct cleat_params *p, struct functions *f,
			bool *said)
{
	struct cleat_program *prog = cleat_attach_program(a);
	struct arrays arrays = { 0 };
	union bpf_attr attr = { 0 };
	char what[160];
	int err = fill(cleat_attach_context(a), f, &arrays);

	*said = err;
	attr.link_create.attach_type = cleat_program_section(prog)->attach_type;
	attr.link_create.kprobe_multi.flags = at_return(prog) ? BPF_F_KPROBE_MULTI_RETURN : 0;
	attr.link_create.kprobe_multi.cnt = (uint32_t)f->n;
	if (arrays.names)
		attr.link_create.kprobe_multi.syms = (uintptr_t)arrays.names;
	else
		attr.link_create.kprobe_multi.addrs = (uintptr_t)arrays.addresses;
	if (cleat_param_given(p, "cookie"))
		attr.link_create.kprobe_multi.cookies = (uintptr_t)arrays.cookies;
	say_what(what, prog, p, f->n);
	if (!err)
		err = cleat_attach_link(a, &attr, "%s", what);
	free(arrays.addresses);
	free(arrays.cookies);
	free(arrays.names);
	return err;
}

/* ---- attaching ---------------------------------------------------------------------------------- */

/* A function that was named, and that this kernel does not have. */
static const char *missing(struct cleat *c, const struct functions *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *name = f->v[i].name, *colon = name ? strchr(name, ':') : NULL;
		uint64_t address;

		if (name && !f->v[i].found && !f->v[i].address &&
		    cleat_kernel_symbol(c, colon ? colon + 1 : name, &address) == -ENOENT)
			return name;
	}
	return NULL;
}

static int explain(struct cleat_attach *a, const struct cleat_params *p, const struct functions *f,
		   const struct function *bad, int err)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = missing(c, f), *colon = name ? strchr(name, ':') : NULL;
	const char *first = bad && bad->name ? bad->name : cleat_param_nth(p, "function", 0);

	if (name) {
		cleat_param_error(c, p, "function", ENOENT, "this kernel has no function '%s'",
				  name);
		cleat_hint_kernel_symbol(c, colon ? colon + 1 : name);
		return -ENOENT;
	}
	switch (err) {
	case -EOPNOTSUPP:
	case -ENODEV:
		return cleat_error(c, err, "this kernel has no kprobes");
	case -EADDRNOTAVAIL:
	case -ESRCH:
		cleat_param_error(c, p, "function", err,
				  "'%s' is no function that can be traced, or there are several",
				  first);
		cleat_hint(c, "give the address of one: see /proc/kallsyms");
		return err;
	case -EMFILE:
		cleat_error_sys(c, err, "cannot open a probe for each of %zu functions", f->n);
		cleat_hint(c, "raise the limit of open files: ulimit -n");
		return err;
	default:
		return cleat_error_sys(c, err, "cannot probe '%s'", first);
	}
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct cleat_program *prog = cleat_attach_program(a);
	const char *via = cleat_param(p, "via");
	const struct function *bad = NULL;
	struct functions f;
	bool said = false, cannot = false;
	int err = functions_find(c, p, "function", "except", &f);

	if (err)
		goto out;
	functions_number(p, "cookie", &f);
	err = is(via, "single") ? -EOPNOTSUPP : attach_multi(a, p, &f, &said);
	if (!said && !is(via, "single") && (err == -EINVAL || err == -EOPNOTSUPP))
		cannot = lacks(cleat_program_section(prog)->attach_type);
	if (cannot && is_session(prog))
		err = cleat_error(c, EOPNOTSUPP, "this kernel has no kprobe sessions");
	else if (cannot && is(via, "multi"))
		err = cleat_param_error(c, p, "via", EOPNOTSUPP,
					"this kernel has no links for many kprobes");
	else if (cannot || is(via, "single"))
		err = kprobes_attach(a, &f, at_return(prog), "auto", &bad, &said);
	said = said || (cannot && (is_session(prog) || is(via, "multi")));
	if (err && !said)
		err = explain(a, p, &f, bad, err);
out:
	functions_free(&f);
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

/* With room for its arrays; kernels before 6.9 have no cookies to give. */
static int read_arrays(struct cleat *c, uint32_t n, uint64_t *addresses, uint64_t *cookies,
		       struct bpf_link_info *full)
{
	int err;

	for (int with = 1; with >= 0; with--) {
		*full = (struct bpf_link_info) { 0 };
		full->kprobe_multi.addrs = (uintptr_t)addresses;
		full->kprobe_multi.count = n;
		full->kprobe_multi.cookies = with ? (uintptr_t)cookies : 0;
		err = linkinfo_again(c, full);
		if (!err)
			break;
	}
	return err;
}

static bool all_equal(const uint64_t *cookies, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		if (cookies[i] != cookies[0])
			return false;
	return true;
}

/* With one cookie for all, or one for each. */
static void name_functions(struct cleat *c, const uint64_t *addresses, const uint64_t *cookies,
			   uint32_t n, struct cleat_facts *out)
{
	bool equal = all_equal(cookies, n);

	for (uint32_t i = 0; i < n; i++) {
		const char *name = addresses[i] ? cleat_kernel_function(c, addresses[i], NULL)
						: NULL;

		if (name)
			cleat_facts_text(out, "function", "%s", name);
		else if (addresses[i])
			cleat_facts_text(out, "function", "0x%llx",
					 (unsigned long long)addresses[i]);
		if (!equal)
			cleat_facts_number(out, "cookie", cookies[i]);
	}
	if (equal && n && cookies[0])
		cleat_facts_number(out, "cookie", cookies[0]);
	if (n > 1)
		cleat_facts_number(out, "functions", n);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	uint32_t n = info->kprobe_multi.count;
	uint64_t *addresses, *cookies;
	struct bpf_link_info full;

	(void)size;
	if (info->type != BPF_LINK_TYPE_KPROBE_MULTI)
		return -ENOENT;
	cleat_facts_text(out, "attach", "%s",
			 info->kprobe_multi.flags & BPF_F_KPROBE_MULTI_RETURN ? "kretprobe.multi"
									      : "kprobe.multi");
	addresses = calloc((size_t)n + 1, sizeof(*addresses));
	cookies = calloc((size_t)n + 1, sizeof(*cookies));
	if (n && addresses && cookies && read_arrays(c, n, addresses, cookies, &full) == 0) {
		name_functions(c, addresses, cookies, n, out);
		if (full.kprobe_multi.missed)
			cleat_facts_number(out, "missed", full.kprobe_multi.missed);
	}
	free(addresses);
	free(cookies);
	return 0;
}

static const struct cleat_program_plugin kprobe_multi = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "kprobe_multi",
			   "many functions of the kernel at once, and their returns"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_KPROBE,
	.ctx_type = "bpf_user_pt_regs_t",
	.parse_target = parse_target,
	.check = check,
	.prepare = prepare,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.describe = describe,
};
CLEAT_PLUGIN(kprobe_multi)
