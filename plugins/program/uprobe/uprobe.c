/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * uprobe.c - programs at an instruction of a user-space binary, or at a function's return.
 *
 * Knows how a place in a binary is written. Which file a name means is in common/binary.c, how a
 * probe is opened in common/probe.c; what is in the binary the host finds.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/binary.h"
#include "common/linkinfo.h"
#include "common/perffds.h"
#include "common/probe.h"
#include "common/uprobes.h"

static const struct cleat_section sections[] = {
	{ .pattern = "uprobe+" },
	{ .pattern = "uprobe.s+", .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "uretprobe+" },
	{ .pattern = "uretprobe.s+", .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	BINARY_KEY,
	{ .name = "function",
	  .help = "function in it, NAME[@VERSION][+OFFSET], where * and ? match several" },
	{ .name = "offset",
	  .type = CLEAT_TYPE_UINT,
	  .help = "offset in the file, or from the function" },
	BINARY_KEY_PID,
	BINARY_KEY_PROCESS,
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.15)" },
	{ .name = "semaphore",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "file offset of a counter that the kernel raises while the probe is there" },
	PROBE_KEY_VIA,
};

static bool at_return(const struct cleat_program *prog)
{
	return strncmp(cleat_program_section(prog)->pattern, "uret", 4) == 0;
}

static bool is_pattern(const char *function)
{
	return function && strpbrk(function, "*?[");
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	if (!cleat_param(p, "function") && !cleat_param_given(p, "offset")) {
		cleat_param_error(c, p, "binary", EINVAL, "where in '%s'?", cleat_param(p, "binary"));
		cleat_hint(c, "give 'function' or 'offset'");
		return -EINVAL;
	}
	if (is_pattern(cleat_param(p, "function")) && cleat_param_given(p, "offset"))
		return cleat_param_error(
			c, p, "offset", EINVAL,
			"with a pattern there is no one function that it could be from");
	return binary_check_pid(c, p);
}

static int explain(struct cleat_attach *a, const struct cleat_params *p, const struct probe *probe,
		   int err)
{
	struct cleat *c = cleat_attach_context(a);

	if (err == -ESRCH)
		return cleat_param_error(c, p, "pid", ESRCH, "no process %d", probe->pid);
	if (err == -EOPNOTSUPP)
		return cleat_error(c, err, "this kernel has no uprobes%s",
				   probe->semaphore ? " with semaphores" : "");
	cleat_error_sys(c, err, "cannot probe %s at offset 0x%llx", probe->target,
			(unsigned long long)probe->offset);
	if (err == -EINVAL && probe->cookie)
		cleat_hint(c, "cookies need kernel 5.15");
	else if (err == -EINVAL)
		cleat_hint(c, "the offset must be in the file's code, where an instruction begins");
	return err;
}

/* File offset of what the keys name. */
static int find_offset(struct cleat *c, const struct cleat_params *p, const char *path,
		       uint64_t *offset)
{
	const char *function = cleat_param(p, "function");
	uint64_t more = cleat_param_uint(p, "offset");
	char *name;
	int err;

	*offset = more;
	if (!function)
		return 0;
	name = binary_split_offset(function, &more);
	if (!name)
		return cleat_error(c, ENOMEM, "out of memory");
	err = cleat_user_symbol(c, path, name, offset);
	*offset += more;
	free(name);
	return err;
}

/* ---- patterns ----------------------------------------------------------------------------------- */

struct search {
	const struct cleat_params *p;
	struct uprobes *out;
};

static int offer(void *user, const char *name, uint64_t offset)
{
	struct search *s = user;
	struct uprobe_site site = {
		.offset = offset,
		.name = (char *)name,
		.cookie = cleat_param_uint(s->p, "cookie"),
		.semaphore = cleat_param_uint(s->p, "semaphore"),
		.found = true,
	};

	return uprobes_add(s->out, &site);
}

/* A probe for each: one link for all is made of programs of uprobe.multi. */
static int attach_pattern(struct cleat_attach *a, const struct cleat_params *p, const char *path)
{
	struct cleat *c = cleat_attach_context(a);
	char what[480];
	struct uprobes u = {
		.path = path,
		.pid = binary_pid(p),
		.at_return = at_return(cleat_attach_program(a)),
		.via = "single",
		.what = what,
	};
	struct search s = { .p = p, .out = &u };
	int err = cleat_user_each_function(c, path, cleat_param(p, "function"), offer, &s);

	snprintf(what, sizeof(what), "%s %.300s", u.at_return ? "uretprobe" : "uprobe", path);
	if (err == -ENOMEM)
		err = cleat_error(c, ENOMEM, "out of memory");
	if (!err)
		err = uprobes_attach(a, p, &u);
	uprobes_free(&u);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *function = cleat_param(p, "function");
	char path[PATH_MAX], what[512];
	struct probe probe = {
		.pmu = "uprobe",
		.at_return = at_return(cleat_attach_program(a)),
		.target = path,
		.semaphore = cleat_param_uint(p, "semaphore"),
		.pid = binary_pid(p),
		.cookie = cleat_param_uint(p, "cookie"),
		.via = cleat_param(p, "via"),
		.what = what,
	};
	int err = binary_find(c, p, probe.pid, path);

	if (!err && is_pattern(function))
		return attach_pattern(a, p, path);
	if (!err)
		err = find_offset(c, p, path, &probe.offset);
	if (err)
		return err;
	snprintf(what, sizeof(what), "%s %.300s:%.150s", probe.at_return ? "uretprobe" : "uprobe", path,
		 function ? function : "");
	if (!function)
		snprintf(what + strlen(what), sizeof(what) - strlen(what), "0x%llx",
			 (unsigned long long)probe.offset);
	err = probe_attach(a, &probe);
	return err && !probe.said ? explain(a, p, &probe, err) : err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

struct meant {
	char path[PATH_MAX];
	uint64_t offset;
	bool anywhere; /* in the file */
};

static bool is_meant(void *user, const struct cleat_facts *facts)
{
	const char *offset = cleat_facts_find(facts, "offset");
	const struct meant *meant = user;

	return binary_is(facts, meant->path) &&
	       (meant->anywhere || (offset && strtoull(offset, NULL, 10) == meant->offset));
}

static void say_place(bool ret, const char *path, uint64_t offset, struct cleat_facts *out)
{
	cleat_facts_text(out, "attach", "%s", ret ? "uretprobe" : "uprobe");
	cleat_facts_text(out, "binary", "%s", path);
	cleat_facts_number(out, "offset", offset);
}

static bool say_fd(const struct perffd *fd, struct cleat_facts *out)
{
	if (fd->kind != BPF_FD_TYPE_UPROBE && fd->kind != BPF_FD_TYPE_URETPROBE)
		return false;
	say_place(fd->kind == BPF_FD_TYPE_URETPROBE, fd->name, fd->offset, out);
	return true;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	const char *function = cleat_param(p, "function");
	struct meant meant = { .anywhere = !function && !cleat_param_given(p, "offset") };
	int err = binary_check_pid(c, p);

	if (is_pattern(function))
		return cleat_param_error(c, p, "function", EINVAL,
					 "one function is asked for, or none: all of the file");
	if (!err)
		err = binary_find(c, p, binary_pid(p), meant.path);
	if (!err && !meant.anywhere)
		err = find_offset(c, p, meant.path, &meant.offset);
	return err ? err : perffds_query(c, p, say_fd, is_meant, &meant, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full = { 0 };
	bool ret = linkinfo_is_perf(info, BPF_PERF_EVENT_URETPROBE);
	char path[PATH_MAX] = "";

	(void)size;
	if (!ret && !linkinfo_is_perf(info, BPF_PERF_EVENT_UPROBE))
		return -ENOENT;
	full.perf_event.uprobe.file_name = (uintptr_t)path;
	full.perf_event.uprobe.name_len = sizeof(path);
	if (linkinfo_again(c, &full))
		return -ENOENT;
	say_place(ret, path, full.perf_event.uprobe.offset, out);
	if (full.perf_event.uprobe.ref_ctr_offset)
		cleat_facts_number(out, "semaphore", full.perf_event.uprobe.ref_ctr_offset);
	if (full.perf_event.uprobe.cookie)
		cleat_facts_number(out, "cookie", full.perf_event.uprobe.cookie);
	return 0;
}

static int possible(struct cleat *c)
{
	(void)c;
	return probe_possible("uprobe");
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)p;
	cleat_foresee_perf(cleat_program_context(prog), way);
	return 0;
}

static const struct cleat_program_plugin uprobe = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "uprobe",
			   "instructions of user-space binaries and returns of their functions"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_KPROBE,
	.probe = possible,
	.ctx_type = "bpf_user_pt_regs_t",
	.parse_target = binary_parse_target,
	.check = check,
	.expand = binary_expand,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.query = query,
	.describe = describe,
	.foresee = foresee,
};
CLEAT_PLUGIN(uprobe)
