/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * iter.c - programs that walk the kernel's objects and write text: read by 'cat' of a pinned link,
 * or copied out once when attached.
 *
 * Knows the parameters of the targets that take some (a map's elements, a task, a cgroup); the
 * targets themselves are names in the kernel's BTF.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cleat_section sections[] = {
	{ .pattern = "iter+", .attach_type = BPF_TRACE_ITER },
	{ .pattern = "iter.s+", .attach_type = BPF_TRACE_ITER, .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	{ .name = "target", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_LOAD,
	  .help = "what is walked: task, bpf_map, tcp, bpf_map_elem, ..." },
	{ .name = "map", .type = CLEAT_TYPE_MAP, .help = "map of the object whose elements are walked" },
	{ .name = "pid", .type = CLEAT_TYPE_UINT, .help = "walk this process alone, all its threads" },
	{ .name = "tid", .type = CLEAT_TYPE_UINT, .help = "walk this thread alone" },
	{ .name = "cgroup", .type = CLEAT_TYPE_PATH, .help = "cgroup where the walk begins" },
	{ .name = "order", .type = CLEAT_TYPE_CHOICE,
	  .choices = "self|descendants-first|descendants|ancestors", .preset = "descendants",
	  .help = "which cgroups: itself, those below (parents or children first), those above" },
	{ .name = "pin", .type = CLEAT_TYPE_PATH,
	  .help = "path on a BPF file system: each reading of it walks anew" },
	{ .name = "output", .type = CLEAT_TYPE_PATH,
	  .help = "file that one walk is written to when attached (/dev/stdout, say)" },
};

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "target", text) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	if (cleat_param_given(p, "pid") && cleat_param_given(p, "tid"))
		return cleat_param_error(cleat_program_context(prog), p, "tid", EINVAL,
					 "'pid' and 'tid' exclude each other");
	return 0;
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	const char *target = cleat_param(p, "target");
	struct cleat *c = cleat_program_context(prog);

	if (!target) {
		cleat_error(c, EINVAL, "program '%s' does not say what it walks",
			    cleat_program_name(prog));
		cleat_hint(c, "write SEC(\"iter/task\"), or target = task in [program %s]",
			   cleat_program_name(prog));
		return -EINVAL;
	}
	load->btf_name = cleat_program_keep(prog, "bpf_iter_%s", target);
	load->btf_kind = CLEAT_BTF_FUNC;
	return load->btf_name ? 0 : cleat_error(c, ENOMEM, "out of memory");
}

/* Which cgroups: the kernel's numbers. */
static uint32_t order_of(const struct cleat_params *p)
{
	const char *order = cleat_param(p, "order");

	if (strcmp(order, "self") == 0)
		return BPF_CGROUP_ITER_SELF_ONLY;
	if (strcmp(order, "descendants-first") == 0)
		return BPF_CGROUP_ITER_DESCENDANTS_POST;
	if (strcmp(order, "ancestors") == 0)
		return BPF_CGROUP_ITER_ANCESTORS_UP;
	return BPF_CGROUP_ITER_DESCENDANTS_PRE;
}

/* What the target needs to know; *given tells whether there is anything. A descriptor may be opened. */
static int fill_info(struct cleat_attach *a, const struct cleat_params *p,
		     union bpf_iter_link_info *info, int *cgroup, bool *given)
{
	struct cleat *c = cleat_attach_context(a);
	const char *map = cleat_param(p, "map"), *path = cleat_param(p, "cgroup");
	struct cleat_object *o = cleat_program_object(cleat_attach_program(a));

	*given = true;
	if (map) {
		struct cleat_map *m = cleat_object_map(o, map);

		if (!m || cleat_map_fd(m) < 0)
			return cleat_param_error(c, p, "map", ENOENT, "no map '%s' in the object", map);
		info->map.map_fd = (uint32_t)cleat_map_fd(m);
	} else if (path) {
		*cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (*cgroup < 0)
			return cleat_param_error(c, p, "cgroup", errno, "cannot open cgroup '%s': %s",
						 path, strerror(errno));
		info->cgroup.cgroup_fd = (uint32_t)*cgroup;
		info->cgroup.order = order_of(p);
	} else if (cleat_param_given(p, "pid")) {
		info->task.pid = (uint32_t)cleat_param_uint(p, "pid");
	} else if (cleat_param_given(p, "tid")) {
		info->task.tid = (uint32_t)cleat_param_uint(p, "tid");
	} else {
		*given = false;
	}
	return 0;
}

/* One walk, from the kernel into a file. */
static int copy_out(struct cleat *c, int link, const char *path)
{
	union bpf_attr attr = { .iter_create = { .link_fd = (uint32_t)link } };
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	char buf[16384];
	ssize_t n = 0;
	int from;

	if (to < 0)
		return cleat_error_sys(c, errno, "cannot write '%s'", path);
	from = cleat_sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
	if (from < 0) {
		close(to);
		return cleat_error_sys(c, from, "cannot begin to walk");
	}
	while ((n = read(from, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && write(to, buf, (size_t)n) != n) {
			n = -1;
			break;
		}
	}
	if (n < 0)
		n = cleat_error_sys(c, errno, "cannot copy the walk to '%s'", path);
	close(from);
	close(to);
	return (int)n;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *target = cleat_param(p, "target"), *pin = cleat_param(p, "pin");
	const char *output = cleat_param(p, "output");
	union bpf_iter_link_info info;
	union bpf_attr attr = { 0 };
	struct cleat_link *link;
	int cgroup = -1, err;
	bool given;

	memset(&info, 0, sizeof(info));
	err = fill_info(a, p, &info, &cgroup, &given);
	if (err)
		return err;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (given) {
		attr.link_create.iter_info = (uintptr_t)&info;
		attr.link_create.iter_info_len = sizeof(info);
	}
	err = cleat_attach_link(a, &attr, "iter %s", target);
	if (cgroup >= 0)
		close(cgroup);
	if (err) {
		cleat_error_sys(c, err, "cannot attach the iterator over '%s'", target);
		if (err == -EBADF || (err == -EINVAL && !given))
			cleat_hint(c, "'%s' may need one of the keys map, cgroup or pid", target);
		return err;
	}
	link = cleat_attach_last(a);
	if (pin)
		err = cleat_link_pin(link, pin);
	if (!err && output)
		err = copy_out(c, cleat_link_fd(link), output);
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full = { 0 };
	union bpf_attr attr;
	char name[64] = "";

	(void)size;
	if (info->type != BPF_LINK_TYPE_ITER)
		return -ENOENT;
	full.iter.target_name = (uintptr_t)name;
	full.iter.target_name_len = sizeof(name);
	attr = (union bpf_attr){
		.info = { .bpf_fd = (uint32_t)cleat_describe_fd(c),
			  .info_len = sizeof(full), .info = (uintptr_t)&full },
	};
	if (cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return -ENOENT;
	cleat_facts_text(out, "target", "%s", name);
	if (strstr(name, "map_elem") || strstr(name, "storage_map"))
		cleat_facts_number(out, "map-id", full.iter.map.map_id);
	else if (strcmp(name, "cgroup") == 0)
		cleat_facts_number(out, "cgroup-id", full.iter.cgroup.cgroup_id);
	else if (full.iter.task.pid)
		cleat_facts_number(out, "pid", full.iter.task.pid);
	else if (full.iter.task.tid)
		cleat_facts_number(out, "tid", full.iter.task.tid);
	return 0;
}

static const struct cleat_program_plugin iter = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "iter",
			   "walks over kernel objects that print text"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_TRACING,
	.parse_target = parse_target,
	.check = check,
	.prepare = prepare,
	.attach = attach,
	.describe = describe,
};
CLEAT_PLUGIN(iter)
