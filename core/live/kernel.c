/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kernel.c - programs, maps, links and BTFs that are in the kernel, ours or not, as facts. What a
 * link's type means is asked of the plugins.
 */
#include <time.h>

#include "kernel/bpf.h"
#include "kernel/names.h"
#include "live/context.h"

static const struct {
	const char *word, *one;
	const char *file; /* what /proc calls its descriptors */
	int next, open;
} kinds[] = {
	[CLEAT_PROGRAMS] = { "programs", "program", "bpf-prog", BPF_PROG_GET_NEXT_ID,
			     BPF_PROG_GET_FD_BY_ID },
	[CLEAT_MAPS] = { "maps", "map", "bpf-map", BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID },
	[CLEAT_LINKS] = { "links", "link", "bpf-link", BPF_LINK_GET_NEXT_ID,
			  BPF_LINK_GET_FD_BY_ID },
	[CLEAT_BTFS] = { "BTFs", "BTF", "btf", BPF_BTF_GET_NEXT_ID, BPF_BTF_GET_FD_BY_ID },
};

CLEAT_API int cleat_kernel_next(struct cleat *c, int kind, uint32_t id, uint32_t *next)
{
	int err;

	OPERATION(c);
	if (kind < 0 || (size_t)kind >= ARRAY_SIZE(kinds))
		return -EINVAL;
	err = sys_next_id(kinds[kind].next, id, next);
	if (err && err != -ENOENT) {
		report_sys(c->report, err, "cannot list the %s in the kernel", kinds[kind].word);
		if (err == -EPERM)
			report_hint(c->report, "needs CAP_SYS_ADMIN; see CAPABILITIES in cleat(8)");
		else if (err == -EINVAL)
			report_hint(c->report, "this kernel cannot list them");
	}
	return err;
}

static int wrong_kind(struct cleat *c, int kind, int fd, const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (fd_is(fd, kinds[i].file))
			return report_error(c->report, EINVAL, "%s is a %s and no %s", path,
					    kinds[i].one, kinds[kind].one);
	return report_error(c->report, EINVAL, "%s is no %s", path, kinds[kind].one);
}

CLEAT_API int cleat_kernel_pinned(struct cleat *c, int kind, const char *path, uint32_t *id)
{
	_close_ int fd = -1;
	int err;

	OPERATION(c);
	if (kind < 0 || (size_t)kind >= ARRAY_SIZE(kinds))
		return -EINVAL;
	fd = open_pin(path);
	if (fd < 0)
		return report_sys(c->report, fd, "cannot open the %s at %s", kinds[kind].one, path);
	if (!fd_is(fd, kinds[kind].file))
		return wrong_kind(c, kind, fd, path);
	err = sys_obj_id(fd, id);
	return err ? report_sys(c->report, err, "cannot ask for the %s at %s", kinds[kind].one, path)
		   : 0;
}

static void hex(struct cleat_facts *out, const char *name, const uint8_t *data, size_t n)
{
	struct buf text _buf_free_ = { 0 };

	buf_put_hex(&text, data, n);
	if (!text.failed)
		cleat_facts_text(out, name, "%s", text.data);
}

static void type_fact(struct cleat_facts *out, const char *name, uint32_t number)
{
	if (name)
		cleat_facts_text(out, "type", "%s", name);
	else
		cleat_facts_text(out, "type", "%u", number);
}

/* Nanoseconds since boot, as a date. */
static void date(struct cleat_facts *out, const char *name, uint64_t boot_ns)
{
	struct timespec real, boot;
	char text[32];
	struct tm tm;
	time_t when;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	when = real.tv_sec - boot.tv_sec + (time_t)(boot_ns / 1000000000u);
	if (localtime_r(&when, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &tm))
		cleat_facts_text(out, name, "%s", text);
}

static int program_facts(struct cleat *c, int fd, struct cleat_facts *out)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info), n;
	_free_ uint32_t *ids = NULL;
	int err = sys_obj_info(fd, &info, &size);

	(void)c;
	if (err)
		return err;
	cleat_facts_number(out, "id", info.id);
	cleat_facts_text(out, "name", "%.*s", (int)sizeof(info.name), info.name);
	type_fact(out, name_of_program_type(info.type), info.type);
	hex(out, "tag", info.tag, sizeof(info.tag));
	cleat_facts_bool(out, "gpl", info.gpl_compatible);
	date(out, "loaded", info.load_time);
	cleat_facts_number(out, "uid", info.created_by_uid);
	cleat_facts_number(out, "instructions", info.xlated_prog_len / 8);
	cleat_facts_number(out, "jited-bytes", info.jited_prog_len);
	cleat_facts_number(out, "verified-instructions", info.verified_insns);
	if (info.run_cnt) {
		cleat_facts_number(out, "runs", info.run_cnt);
		cleat_facts_number(out, "run-time-ns", info.run_time_ns);
	}
	if (info.recursion_misses)
		cleat_facts_number(out, "recursion-misses", info.recursion_misses);
	if (info.btf_id)
		cleat_facts_number(out, "btf-id", info.btf_id);
	if (info.attach_btf_id)
		cleat_facts_number(out, "attach-btf-id", info.attach_btf_id);
	n = info.nr_map_ids;
	ids = n ? calloc(n, sizeof(*ids)) : NULL;
	if (!ids)
		return 0;
	info = (struct bpf_prog_info){ .nr_map_ids = n, .map_ids = (uintptr_t)ids };
	size = sizeof(info);
	if (sys_obj_info(fd, &info, &size) == 0)
		for (uint32_t i = 0; i < MIN(n, info.nr_map_ids); i++)
			cleat_facts_number(out, "map", ids[i]);
	return 0;
}

static int map_facts(struct cleat *c, int fd, struct cleat_facts *out)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	const struct cleat_map_type *type;
	struct plugin *plugin;
	int err = sys_obj_info(fd, &info, &size);

	if (err)
		return err;
	cleat_facts_number(out, "id", info.id);
	cleat_facts_text(out, "name", "%.*s", (int)sizeof(info.name), info.name);
	type_fact(out, name_of_map_type(info.type), info.type);
	if (registry_for_map(c->registry, info.type, &plugin, &type, NULL) == 0)
		cleat_facts_text(out, "plugin", "%s", plugin->name);
	cleat_facts_number(out, "key-size", info.key_size);
	cleat_facts_number(out, "value-size", info.value_size);
	cleat_facts_number(out, "max-entries", info.max_entries);
	cleat_facts_number(out, "flags", info.map_flags);
	if (info.map_extra)
		cleat_facts_number(out, "extra", info.map_extra);
	if (info.btf_id)
		cleat_facts_number(out, "btf-id", info.btf_id);
	return 0;
}

static int btf_facts(struct cleat *c, int fd, struct cleat_facts *out)
{
	char name[64] = "";
	struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = sizeof(name) };
	uint32_t size = sizeof(info);
	int err = sys_obj_info(fd, &info, &size);

	(void)c;
	if (err == -E2BIG) {
		/* Before 5.11 they have no names, and none is the kernel's. */
		info = (struct bpf_btf_info) { 0 };
		size = sizeof(info);
		err = sys_obj_info(fd, &info, &size);
	}
	if (err)
		return err;
	cleat_facts_number(out, "id", info.id);
	cleat_facts_text(out, "name", "%s", name);
	cleat_facts_text(out, "type", "%s",
			 !info.kernel_btf ? "object" : streq(name, "vmlinux") ? "kernel" : "module");
	cleat_facts_number(out, "bytes", info.btf_size);
	return 0;
}

/* Does the plugin's descriptor name this link type. */
static bool makes_links(const struct plugin *p, const char *type)
{
	for (size_t i = 0; i < p->links.n; i++)
		if (streq(p->links.v[i], type))
			return true;
	return false;
}

/* The first plugin of this link type that knows the link says what it is, in its keys. */
static void describe(struct cleat *c, int fd, const struct bpf_link_info *info, size_t size,
		     struct cleat_facts *out)
{
	const char *type = name_of_link_type(info->type);
	size_t n, before = report_count(c->report);
	struct plugin **plugins;

	if (!type || registry_list(c->registry, &plugins, &n, NULL))
		return;
	c->describe_fd = fd;
	for (size_t i = 0; i < n; i++) {
		struct cleat_facts *own;

		if (plugins[i]->kind != CLEAT_KIND_PROGRAM || !makes_links(plugins[i], type) ||
		    plugin_open(plugins[i], NULL) || !plugins[i]->program->describe)
			continue;
		own = cleat_facts_new();
		if (own && plugins[i]->program->describe(c, info, size, own) == 0) {
			cleat_facts_text(out, "plugin", "%s", plugins[i]->name);
			for (size_t k = 0; k < cleat_facts_count(own); k++)
				facts_copy(out, cleat_facts_get(own, k));
			cleat_facts_free(own);
			break;
		}
		cleat_facts_free(own);
	}
	c->describe_fd = -1;
	/* What a plugin could not find out is left out, and no error. */
	report_drop(c->report, before);
}

static int link_facts(struct cleat *c, int fd, struct cleat_facts *out)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);
	_close_ int prog_fd = -1;
	int err = sys_obj_info(fd, &info, &size);

	if (err)
		return err;
	cleat_facts_number(out, "id", info.id);
	type_fact(out, name_of_link_type(info.type), info.type);
	cleat_facts_number(out, "program", info.prog_id);
	prog_fd = info.prog_id ? sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, info.prog_id) : -1;
	if (prog_fd >= 0) {
		struct bpf_prog_info prog = { 0 };
		uint32_t prog_size = sizeof(prog);

		if (sys_obj_info(prog_fd, &prog, &prog_size) == 0)
			cleat_facts_text(out, "name", "%.*s", (int)sizeof(prog.name), prog.name);
	}
	describe(c, fd, &info, size, out);
	return 0;
}

CLEAT_API int cleat_kernel_facts(struct cleat *c, int kind, uint32_t id, struct cleat_facts *out)
{
	static int (*const facts[])(struct cleat *, int, struct cleat_facts *) = {
		[CLEAT_PROGRAMS] = program_facts,
		[CLEAT_MAPS] = map_facts,
		[CLEAT_LINKS] = link_facts,
		[CLEAT_BTFS] = btf_facts,
	};
	_close_ int fd = -1;
	int err;

	OPERATION(c);
	if (kind < 0 || (size_t)kind >= ARRAY_SIZE(kinds))
		return -EINVAL;
	fd = sys_fd_by_id(kinds[kind].open, id);
	if (fd == -ENOENT)
		return fd;
	err = fd < 0 ? fd : facts[kind](c, fd, out);
	return err ? report_sys(c->report, err, "cannot ask the kernel for id %u of its %s", id,
				kinds[kind].word) :
		     0;
}
