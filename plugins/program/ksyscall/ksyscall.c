/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ksyscall.c - programs at system calls by name, and at their returns: a kprobe at whatever function
 * has the call on this machine.
 *
 * Knows how the kernel names these functions. How a probe is opened is in common/probe.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/functions.h"
#include "common/kprobes.h"
#include "common/linkinfo.h"
#include "common/perffds.h"
#include "common/probe.h"

static const struct cleat_section sections[] = {
	{ .pattern = "ksyscall+" },
	{ .pattern = "kretsyscall+" },
};

static const struct cleat_key keys[] = {
	{ .name = "syscall",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,
	  .help = "system call by its name in syscalls(2), without a prefix; * and ? match several" },
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.15)" },
	PROBE_KEY_VIA,
};

/* With wrappers that take the caller's registers (4.17 on most machines), and without. */
static const char *const prefixes[] = {
#if defined(__x86_64__)
	"__x64_sys_",
#elif defined(__i386__)
	"__ia32_sys_",
#elif defined(__aarch64__)
	"__arm64_sys_",
#elif defined(__s390x__)
	"__s390x_sys_",
#elif defined(__riscv)
	"__riscv_sys_",
#elif defined(__loongarch__)
	"__loongarch_sys_",
#endif
	"__se_sys_",
	"sys_",
};

#define N_PREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

static bool at_return(const struct cleat_program *prog)
{
	return strncmp(cleat_program_section(prog)->pattern, "kret", 4) == 0;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "syscall", text) : 0;
}

static bool is_name(const char *name)
{
	for (const char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("_*?[]-", *s))
			return false;
	return *name && strlen(name) < 64;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; i < cleat_param_count(p, "syscall"); i++) {
		const char *name = cleat_param_nth(p, "syscall", i);

		if (!is_name(name))
			return cleat_param_error(c, p, "syscall", EINVAL,
						 "'%s' is no name of a system call", name);
		for (size_t k = 0; k < N_PREFIXES; k++)
			if (strncmp(name, prefixes[k], strlen(prefixes[k])) == 0) {
				cleat_param_error(c, p, "syscall", EINVAL,
						  "'%s' is the kernel's function", name);
				cleat_hint(c, "write '%s'", name + strlen(prefixes[k]));
				return -EINVAL;
			}
	}
	return 0;
}

/* The function that has the call, or -ENOENT after saying so. */
static int find(struct cleat *c, const struct cleat_params *p, const char *name,
		char function[static 96])
{
	uint64_t address;

	for (size_t i = 0; i < N_PREFIXES; i++) {
		snprintf(function, 96, "%s%.64s", prefixes[i], name);
		/* Hidden or there twice, it is there. */
		if (cleat_kernel_symbol(c, function, &address) != -ENOENT)
			return 0;
	}
	cleat_param_error(c, p, "syscall", ENOENT, "this kernel has no system call '%s'", name);
	for (size_t i = 0; i < N_PREFIXES; i++) {
		char any[32];

		snprintf(any, sizeof(any), "%sread", prefixes[i]);
		if (cleat_kernel_symbol(c, any, &address) == 0) {
			cleat_hint_kernel_name(c, prefixes[i], name);
			break;
		}
	}
	return -ENOENT;
}

static int explain(struct cleat *c, const char *name, uint64_t cookie, int err)
{
	if (err == -EOPNOTSUPP || err == -ENODEV)
		return cleat_error(c, err, "this kernel has no kprobes");
	cleat_error_sys(c, err, "cannot probe system call '%s'", name);
	if (err == -EINVAL && cookie)
		cleat_hint(c, "cookies need kernel 5.15");
	return err;
}

static int attach_one(struct cleat_attach *a, const struct cleat_params *p, const char *name)
{
	struct cleat *c = cleat_attach_context(a);
	char function[96], what[128];
	struct probe probe = {
		.pmu = "kprobe",
		.at_return = at_return(cleat_attach_program(a)),
		.target = function,
		.pid = -1,
		.cookie = cleat_param_uint(p, "cookie"),
		.via = cleat_param(p, "via"),
		.what = what,
	};
	int err = find(c, p, name, function);

	if (err)
		return err;
	snprintf(what, sizeof(what), "%s %.64s", probe.at_return ? "kretsyscall" : "ksyscall",
		 name);
	err = probe_attach(a, &probe);
	return !err || probe.said ? err : explain(c, name, probe.cookie, err);
}

/* ---- patterns ----------------------------------------------------------------------------------- */

static int offer(void *user, const char *name, uint64_t address, const char *module)
{
	(void)address;
	return module ? 0 : functions_add(user, name, 0, true);
}

/* Of the prefixes one is this kernel's. */
static int match(struct cleat *c, const struct cleat_params *p, const char *pattern,
		 struct functions *f)
{
	char function[96];
	int err = 0;

	for (size_t i = 0; i < N_PREFIXES && !err && !f->n; i++) {
		snprintf(function, sizeof(function), "%s%.64s", prefixes[i], pattern);
		err = cleat_kernel_each_function(c, function, offer, f);
	}
	if (err == -ENOMEM)
		return cleat_error(c, ENOMEM, "out of memory");
	if (err)
		return cleat_error_sys(c, err, "cannot list the kernel's functions");
	return f->n ? 0
		    : cleat_param_error(c, p, "syscall", ENOENT,
					"no system call of this kernel matches '%s'", pattern);
}

static int attach_pattern(struct cleat_attach *a, const struct cleat_params *p, const char *pattern)
{
	struct cleat *c = cleat_attach_context(a);
	const struct function *bad = NULL;
	struct functions f = { 0 };
	bool said = false;
	int err = match(c, p, pattern, &f);

	if (!err) {
		functions_number(p, "cookie", &f);
		err = kprobes_attach(a, &f, at_return(cleat_attach_program(a)),
				     cleat_param(p, "via"), &bad, &said);
		if (err && !said)
			err = explain(c, bad->name, cleat_param_uint(p, "cookie"), err);
	}
	functions_free(&f);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "syscall") && !err; i++) {
		const char *name = cleat_param_nth(p, "syscall", i);

		err = functions_is_glob(name) ? attach_pattern(a, p, name) : attach_one(a, p, name);
	}
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

/* Is it the function of a call. */
static bool say_call(bool ret, const char *function, uint64_t offset, struct cleat_facts *out)
{
	size_t n = 0, i;

	for (i = 0; i < N_PREFIXES && !n; i++)
		if (strncmp(function, prefixes[i], strlen(prefixes[i])) == 0)
			n = strlen(prefixes[i]);
	if (!n || offset)
		return false;
	cleat_facts_text(out, "attach", "%s", ret ? "kretsyscall" : "ksyscall");
	cleat_facts_text(out, "syscall", "%s", function + n);
	return true;
}

static bool say_fd(const struct perffd *fd, struct cleat_facts *out)
{
	bool ret = fd->kind == BPF_FD_TYPE_KRETPROBE;

	return (ret || fd->kind == BPF_FD_TYPE_KPROBE) && say_call(ret, fd->name, fd->offset, out);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return perffds_query(c, p, say_fd, NULL, NULL, out);
}

/* A kprobe's link: in lists of all links it is one, and here a system call. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full;
	char name[LINKINFO_NAME];
	bool ret;

	(void)size;
	if (linkinfo_kprobe(c, info, &full, name, &ret) ||
	    !say_call(ret, name, full.perf_event.kprobe.offset, out))
		return -ENOENT;
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

static const struct cleat_program_plugin ksyscall = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "ksyscall",
			   "system calls by name, on any machine, and their returns"),
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
CLEAT_PLUGIN(ksyscall)
