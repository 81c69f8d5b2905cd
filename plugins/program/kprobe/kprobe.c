/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kprobe.c - programs at (nearly) any instruction of the kernel, or at a function's return.
 *
 * Knows how a place in the kernel is written, and what the kernel's refusals mean. How a probe is
 * opened is in common/probe.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/functions.h"
#include "common/kprobes.h"
#include "common/linkinfo.h"
#include "common/perffds.h"
#include "common/probe.h"

static const struct cleat_section sections[] = {
	{ .pattern = "kprobe+" },
	{ .pattern = "kretprobe+" },
};

static const struct cleat_key keys[] = {
	{ .name = "function",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_KERNEL_FUNCTION,
	  .help = "kernel function as [MODULE:]NAME[+OFFSET], where * and ? match several, or an address as 0x..." },
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.15)" },
	PROBE_KEY_VIA,
};

static bool at_return(const struct cleat_program *prog)
{
	return strncmp(cleat_program_section(prog)->pattern, "kret", 4) == 0;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "function", text) : 0;
}

/* What symbols are made of, with a module's name before a colon. */
static bool is_name(const char *name)
{
	const char *colon = strchr(name, ':');

	for (const char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("_.$:-", *s))
			return false;
	return *name && (!colon || (colon != name && colon[1] && !strchr(colon + 1, ':')));
}

/* "name+0x10" to name and offset; "0x..." to no name and an address. @text is cut in place. */
static int split(char *text, const char **name, uint64_t *offset)
{
	char *plus = strrchr(text, '+'), *end;

	*offset = 0;
	*name = text;
	if (text[0] == '0' && text[1] == 'x') {
		*name = NULL;
		*offset = strtoull(text, &end, 16);
		return *end || !*offset ? -EINVAL : 0;
	}
	if (plus) {
		if (!isdigit((unsigned char)plus[1]))
			return -EINVAL;
		*offset = strtoull(plus + 1, &end, 0);
		if (*end)
			return -EINVAL;
		*plus = '\0';
	}
	return is_name(text) ? 0 : -EINVAL;
}

static bool is_pattern(const char *text)
{
	return functions_is_glob(text) && functions_is_valid(text);
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; i < cleat_param_count(p, "function"); i++) {
		const char *function = cleat_param_nth(p, "function", i), *name;
		char *copy = strdup(function);
		uint64_t offset;
		int err;

		if (!copy)
			return cleat_error(c, ENOMEM, "out of memory");
		offset = 0;
		err = is_pattern(function) ? 0 : split(copy, &name, &offset);
		free(copy);
		if (err)
			return cleat_param_error(c, p, "function", EINVAL,
						 "'%s' is not [MODULE:]NAME[+OFFSET] or an address",
						 function);
		if (!err && offset && at_return(prog) && function[0] != '0')
			return cleat_param_error(c, p, "function", EINVAL,
						 "a return has no offset: '%s'", function);
	}
	return 0;
}

/* Is the function not there, or only not to be probed. */
static bool is_missing(struct cleat *c, const char *name)
{
	const char *colon = strchr(name, ':');
	uint64_t address;

	return cleat_kernel_symbol(c, colon ? colon + 1 : name, &address) == -ENOENT;
}

static int explain(struct cleat_attach *a, const struct cleat_params *p, const char *function,
		   const char *name, int err)
{
	struct cleat *c = cleat_attach_context(a);
	const char *colon = name ? strchr(name, ':') : NULL;
	bool plain = !strchr(function, '+');

	if (err == -EOPNOTSUPP || err == -ENODEV)
		return cleat_error(c, err, "this kernel has no kprobes");
	if (name && (err == -ENOENT || err == -EINVAL) && is_missing(c, name)) {
		cleat_param_error(c, p, "function", ENOENT, "this kernel has no function '%s'", name);
		cleat_hint_kernel_symbol(c, colon ? colon + 1 : name);
		return -ENOENT;
	}
	if (err == -EADDRNOTAVAIL) {
		cleat_param_error(c, p, "function", err, "this kernel has several functions '%s'",
				  name ? name : function);
		cleat_hint(c, "give the address of one: grep ' %s$' /proc/kallsyms",
			   colon ? colon + 1 : name ? name : function);
		return err;
	}
	cleat_error_sys(c, err, "cannot probe '%s'", function);
	if (colon && err == -ENOENT)
		cleat_hint(c, "is module '%.*s' loaded?", (int)(colon - name), name);
	else if (err == -EINVAL && cleat_param_uint(p, "cookie"))
		cleat_hint(c, "cookies need kernel 5.15; some functions must not be probed");
	else if (err == -EINVAL && plain)
		cleat_hint(c, "some functions must not be probed: see /sys/kernel/debug/kprobes/blacklist");
	else if (err == -EINVAL || err == -EILSEQ)
		cleat_hint(c, "the offset must be where an instruction of the function begins");
	return err;
}

static int attach_one(struct cleat_attach *a, const struct cleat_params *p, const char *function)
{
	bool ret = at_return(cleat_attach_program(a));
	char what[256], *copy = strdup(function);
	struct probe probe = {
		.pmu = "kprobe",
		.at_return = ret,
		.pid = -1,
		.cookie = cleat_param_uint(p, "cookie"),
		.via = cleat_param(p, "via"),
		.what = what,
	};
	int err;

	if (!copy)
		return cleat_error(cleat_attach_context(a), ENOMEM, "out of memory");
	snprintf(what, sizeof(what), "%s %s", ret ? "kretprobe" : "kprobe", function);
	split(copy, &probe.target, &probe.offset);
	err = probe_attach(a, &probe);
	if (err && !probe.said)
		err = explain(a, p, function, probe.target, err);
	free(copy);
	return err;
}

static int attach_pattern(struct cleat_attach *a, const struct cleat_params *p, const char *pattern)
{
	struct cleat *c = cleat_attach_context(a);
	const struct function *bad = NULL;
	struct functions f = { 0 };
	bool said = false;
	int err = functions_match(c, p, "function", NULL, pattern, &f);

	if (!err) {
		functions_number(p, "cookie", &f);
		err = kprobes_attach(a, &f, at_return(cleat_attach_program(a)),
				     cleat_param(p, "via"), &bad, &said);
		/* what a pattern found has a name */
		if (err && bad && bad->name && !said)
			err = explain(a, p, bad->name, bad->name, err);
	}
	functions_free(&f);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "function") && !err; i++) {
		const char *function = cleat_param_nth(p, "function", i);

		err = is_pattern(function) ? attach_pattern(a, p, function)
					   : attach_one(a, p, function);
	}
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

static void say_place(bool ret, const char *name, uint64_t offset, uint64_t address,
		      struct cleat_facts *out)
{
	cleat_facts_text(out, "attach", "%s", ret ? "kretprobe" : "kprobe");
	if (!name[0])
		cleat_facts_text(out, "function", "0x%llx", (unsigned long long)address);
	else if (offset)
		cleat_facts_text(out, "function", "%s+0x%llx", name, (unsigned long long)offset);
	else
		cleat_facts_text(out, "function", "%s", name);
}

static bool say_fd(const struct perffd *fd, struct cleat_facts *out)
{
	if (fd->kind != BPF_FD_TYPE_KPROBE && fd->kind != BPF_FD_TYPE_KRETPROBE)
		return false;
	say_place(fd->kind == BPF_FD_TYPE_KRETPROBE, fd->name, fd->offset, fd->address, out);
	return true;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return perffds_query(c, p, say_fd, NULL, NULL, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full;
	char name[LINKINFO_NAME];
	bool ret;

	(void)size;
	if (linkinfo_kprobe(c, info, &full, name, &ret))
		return -ENOENT;
	say_place(ret, name, full.perf_event.kprobe.offset, full.perf_event.kprobe.addr, out);
	if (full.perf_event.kprobe.missed)
		cleat_facts_number(out, "missed", full.perf_event.kprobe.missed);
	if (full.perf_event.kprobe.cookie)
		cleat_facts_number(out, "cookie", full.perf_event.kprobe.cookie);
	return 0;
}

static int possible(struct cleat *c)
{
	(void)c;
	return probe_possible("kprobe");
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	if (strcmp(cleat_param(p, "via"), "tracefs") == 0) {
		/* its event would stay when the link goes */
		way->name = "perf event of tracefs";
		way->lasts = CLEAT_LASTS_PROCESS;
	} else {
		cleat_foresee_perf(cleat_program_context(prog), way);
	}
	return 0;
}

static const struct cleat_program_plugin kprobe = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "kprobe",
			   "instructions of the kernel and returns of its functions"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_KPROBE,
	.probe = possible,
	.ctx_type = "bpf_user_pt_regs_t",
	.parse_target = parse_target,
	.check = check,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.query = query,
	.describe = describe,
	.foresee = foresee,
};
CLEAT_PLUGIN(kprobe)
