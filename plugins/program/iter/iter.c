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
#include <limits.h>
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
	{ .name = "map-id", .type = CLEAT_TYPE_UINT, .help = "the same by the id of any map" },
	{ .name = "pid", .type = CLEAT_TYPE_UINT, .help = "walk this process alone, all its threads" },
	{ .name = "tid", .type = CLEAT_TYPE_UINT, .help = "walk this thread alone" },
	{ .name = "cgroup", .type = CLEAT_TYPE_PATH, .help = "cgroup where the walk begins" },
	{ .name = "cgroup-id", .type = CLEAT_TYPE_UINT, .help = "the same by its id" },
	{ .name = "order", .type = CLEAT_TYPE_CHOICE,
	  .choices = "self|children|descendants|descendants-first|ancestors",
	  .preset = "descendants",
	  .help = "which cgroups: itself, its children, all below (it first, or they), all above" },
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

/* The keys that say where to walk: the kernel takes one of them. */
static const char *const places[] = { "map", "map-id", "cgroup", "cgroup-id", "pid", "tid" };

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *key = places[i];

		if (!cleat_param_given(p, key))
			continue;
		if (first)
			return cleat_param_error(c, p, key, EINVAL, "'%s' and '%s' exclude each other",
						 first, key);
		first = key;
		if (strstr(key, "id") && (!cleat_param_uint(p, key) ||
					  (key[0] != 'c' && cleat_param_uint(p, key) > INT_MAX)))
			return cleat_param_error(c, p, key, EINVAL, "'%s' is no %s",
						 cleat_param(p, key), key);
	}
	return 0;
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	const char *target = cleat_param(p, "target");
	struct cleat *c = cleat_program_context(prog);

	if (!target) {
		cleat_error(c, EINVAL, "nothing says what it walks");
		cleat_hint(c, "write SEC(\"iter/task\"), or target = task in [program %s]",
			   cleat_program_name(prog));
		return -EINVAL;
	}
	load->btf_name = cleat_program_keep(prog, "bpf_iter_%s", target);
	load->btf_kind = CLEAT_BTF_FUNC;
	load->btf_noun = "iterator";
	load->btf_prefix = strlen("bpf_iter_");
	return load->btf_name ? 0 : cleat_error(c, ENOMEM, "out of memory");
}

/* Which cgroups: the kernel's numbers. */
static const struct {
	const char *word;
	uint32_t order;
} orders[] = {
	{ "self", BPF_CGROUP_ITER_SELF_ONLY },
	{ "children", BPF_CGROUP_ITER_CHILDREN },
	{ "descendants", BPF_CGROUP_ITER_DESCENDANTS_PRE },
	{ "descendants-first", BPF_CGROUP_ITER_DESCENDANTS_POST },
	{ "ancestors", BPF_CGROUP_ITER_ANCESTORS_UP },
};
#define N_ORDERS (sizeof(orders) / sizeof(orders[0]))

static uint32_t order_of(const struct cleat_params *p)
{
	for (size_t i = 0; i < N_ORDERS; i++)
		if (strcmp(orders[i].word, cleat_param(p, "order")) == 0)
			return orders[i].order;
	return BPF_CGROUP_ITER_DESCENDANTS_PRE;
}

/* The map whose elements are walked; *opened is to be closed. */
static int find_map(struct cleat_attach *a, const struct cleat_params *p,
		    union bpf_iter_link_info *info, int *opened)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = cleat_param(p, "map");
	union bpf_attr attr = { .map_id = (uint32_t)cleat_param_uint(p, "map-id") };
	struct cleat_map *m;

	if (name) {
		m = cleat_object_map(cleat_program_object(cleat_attach_program(a)), name);
		if (!m || cleat_map_fd(m) < 0)
			return cleat_param_error(c, p, "map", ENOENT, "no map '%s' in the object",
						 name);
		info->map.map_fd = (uint32_t)cleat_map_fd(m);
		return 0;
	}
	*opened = cleat_sys_bpf(BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
	if (*opened < 0)
		return cleat_param_error(c, p, "map-id", *opened, "cannot open map %u: %s",
					 attr.map_id, strerror(-*opened));
	info->map.map_fd = (uint32_t)*opened;
	return 0;
}

/*
 * What the target needs to know; *given tells whether there is anything; *opened is to be closed
 * when the link is made.
 */
static int fill_info(struct cleat_attach *a, const struct cleat_params *p,
		     union bpf_iter_link_info *info, int *opened, bool *given)
{
	struct cleat *c = cleat_attach_context(a);
	const char *path = cleat_param(p, "cgroup");

	*given = true;
	if (cleat_param_given(p, "map") || cleat_param_given(p, "map-id"))
		return find_map(a, p, info, opened);
	if (path) {
		*opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (*opened < 0)
			return cleat_param_error(c, p, "cgroup", errno, "cannot open cgroup '%s': %s",
						 path, strerror(errno));
		info->cgroup.cgroup_fd = (uint32_t)*opened;
		info->cgroup.order = order_of(p);
	} else if (cleat_param_given(p, "cgroup-id")) {
		info->cgroup.cgroup_id = cleat_param_uint(p, "cgroup-id");
		info->cgroup.order = order_of(p);
	} else if (cleat_param_given(p, "pid")) {
		info->task.pid = (uint32_t)cleat_param_uint(p, "pid");
	} else if (cleat_param_given(p, "tid")) {
		info->task.tid = (uint32_t)cleat_param_uint(p, "tid");
	} else if (strcmp(cleat_param(p, "target"), "cgroup") == 0) {
		/* From the root, but the kernel has no order of its own. */
		info->cgroup.order = order_of(p);
	} else {
		*given = false;
	}
	return 0;
}

static int write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t did = write(fd, data, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return -errno;
		data += did;
		n -= (size_t)did;
	}
	return 0;
}

/* One walk, from the kernel into a file. */
static int copy(int from, int to)
{
	char buf[16384];

	for (;;) {
		ssize_t n = read(from, buf, sizeof(buf));
		int err;

		if (n == 0)
			return 0;
		/* EAGAIN: a million objects without a word, and the walk goes on. */
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		err = n > 0 ? write_all(to, buf, (size_t)n) : 0;
		if (err)
			return err;
	}
}

static int walk_out(struct cleat *c, const struct cleat_params *p, int link, const char *path)
{
	union bpf_attr attr = { .iter_create = { .link_fd = (uint32_t)link } };
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644);
	int from, err;

	if (to < 0)
		return cleat_param_error(c, p, "output", errno, "cannot write '%s': %s", path,
					 strerror(errno));
	from = cleat_sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr));
	err = from < 0 ? from : copy(from, to);
	if (from >= 0)
		close(from);
	if (close(to) && !err)
		err = -errno;
	return err ? cleat_error_sys(c, err, "cannot copy the walk to '%s'", path) : 0;
}

/* A place that was given and refused, or one that is needed. */
static void explain(struct cleat *c, const struct cleat_params *p, bool given, int err)
{
	const char *target = cleat_param(p, "target");

	cleat_error_sys(c, err, "cannot attach the iterator over '%s'", target);
	if (!given && (err == -EBADF || err == -EINVAL))
		cleat_hint(c, "'%s' may need to be told where to walk: map, cgroup or pid", target);
	else if (given && (err == -EINVAL || err == -E2BIG))
		cleat_hint(c, "'%s' may walk in other places only, or this kernel cannot be told where",
			   target);
	else if (given && err == -EACCES)
		cleat_hint(c, "keys or values of this map are smaller than the program reads");
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *pin = cleat_param(p, "pin"), *output = cleat_param(p, "output");
	union bpf_iter_link_info info;
	union bpf_attr attr = { 0 };
	struct cleat_link *link;
	int opened = -1, err;
	bool given;

	memset(&info, 0, sizeof(info));
	err = fill_info(a, p, &info, &opened, &given);
	if (err)
		return err;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (given) {
		attr.link_create.iter_info = (uintptr_t)&info;
		attr.link_create.iter_info_len = sizeof(info);
	}
	err = cleat_attach_link(a, &attr, "iter %s", cleat_param(p, "target"));
	if (opened >= 0)
		close(opened);
	if (err) {
		explain(c, p, given, err);
		return err;
	}
	link = cleat_attach_last(a);
	if (pin)
		err = cleat_link_pin(link, pin);
	if (!err && output)
		err = walk_out(c, p, cleat_link_fd(link), output);
	return err;
}

static bool walks_map(const char *target)
{
	return strstr(target, "map_elem") || strstr(target, "storage_map") ||
	       strcmp(target, "sockmap") == 0;
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
	if (walks_map(name)) {
		cleat_facts_number(out, "map-id", full.iter.map.map_id);
	} else if (strcmp(name, "cgroup") == 0) {
		cleat_facts_number(out, "cgroup-id", full.iter.cgroup.cgroup_id);
		for (size_t i = 0; i < N_ORDERS; i++)
			if (orders[i].order == full.iter.cgroup.order)
				cleat_facts_text(out, "order", "%s", orders[i].word);
	} else if (full.iter.task.pid) {
		cleat_facts_number(out, "pid", full.iter.task.pid);
	} else if (full.iter.task.tid) {
		cleat_facts_number(out, "tid", full.iter.task.tid);
	}
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
