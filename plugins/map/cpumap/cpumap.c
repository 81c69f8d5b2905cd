/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cpumap.c - CPUs that XDP programs hand packets to: a thread on each takes them from a queue.
 *
 * Keys are numbers of CPUs, values the length of the queue and, since 5.9, a program that runs there
 * first. The kernel takes its descriptor and gives its id back; for users it is an id both ways,
 * and as text "2048", "2048 PROGRAM".
 */
#include "common/mapref.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_MOST 16384u
#define TEXT_MOST 512

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_CPUMAP,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE,
	  .name = "cpumap" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return mapref_check_sizes(m, attr, "a map of CPUs", 4, 4, sizeof(struct bpf_cpumap_val));
}

/* As many as there may be CPUs, unless somebody says less. */
static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	int cpus = cleat_possible_cpus(cleat_map_context(m));

	(void)p;
	if (!attr->max_entries && cpus > 0)
		attr->max_entries = (uint32_t)cpus;
	return mapref_check_room(m, attr);
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	struct bpf_cpumap_val val = { 0 };
	uint32_t cpu;
	int err, fd = -1;

	cleat_map_info(m, &info);
	memcpy(&cpu, key, sizeof(cpu));
	memcpy(&val, value, info.value_size < sizeof(val) ? info.value_size : sizeof(val));
	if (val.bpf_prog.id) {
		fd = mapref_program_open(c, val.bpf_prog.id);
		if (fd < 0)
			return fd;
		val.bpf_prog.fd = fd;
	}
	err = cleat_map_raw_update(m, key, &val, flags);
	if (fd >= 0)
		close(fd);
	if (err == -ENODEV)
		return cleat_error(c, ENODEV, "there is no CPU %u", cpu);
	if (err == -E2BIG)
		return cleat_error(c, ERANGE, "CPU %u is out of range: the map has room for %u",
				   cpu, info.max_entries);
	if (err == -EOVERFLOW)
		return cleat_error(c, ERANGE, "a queue has at most %u packets, not %u", QUEUE_MOST,
				   val.qsize);
	/* Whatever is wrong with the program, the kernel says that there is no memory. */
	if ((err == -EINVAL || err == -ENOMEM) && fd >= 0)
		return cleat_error(c, EINVAL, "the program is no 'xdp/cpumap'%s",
				   err == -ENOMEM ? ", or there is no memory" : "");
	return err;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	struct bpf_cpumap_val val = { 0 };
	char buf[TEXT_MOST], *program, *rest;
	int err;

	if (which == CLEAT_KEY || mapref_is_plain(text) || !mapref_word(text, buf, sizeof(buf)))
		return -EAGAIN;
	if (*buf < '0' || *buf > '9')
		return cleat_error(c, EINVAL, "'%s': expected LENGTH or LENGTH PROGRAM", text);
	val.qsize = (uint32_t)strtoul(buf, &rest, 10);
	if (*rest && *rest != ' ' && *rest != '\t')
		return cleat_error(c, EINVAL, "'%s': expected LENGTH or LENGTH PROGRAM", text);
	if (!val.qsize || val.qsize > QUEUE_MOST)
		return cleat_error(c, ERANGE, "'%s': a queue has 1 to %u packets", text,
				   QUEUE_MOST);
	program = strtok_r(rest, " \t", &rest);
	if (program && size < sizeof(val)) {
		cleat_error(c, EINVAL, "'%s': the map takes no programs", text);
		cleat_hint(c, "for these its values are struct bpf_cpumap_val, 8 bytes");
		return -EINVAL;
	}
	if (program) {
		err = mapref_program_id(m, program, &val.bpf_prog.id);
		if (err)
			return err;
	}
	memcpy(data, &val, size < sizeof(val) ? size : sizeof(val));
	return 0;
}

static int format(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		  struct cleat_text *out)
{
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	struct bpf_cpumap_val val = { 0 };

	(void)m;
	if (which == CLEAT_KEY || size < sizeof(val.qsize))
		return -EAGAIN;
	memcpy(&val, data, size < sizeof(val) ? size : sizeof(val));
	cleat_text_add(out, "%s%u", quote, val.qsize);
	if (val.bpf_prog.id)
		cleat_text_add(out, " %u", val.bpf_prog.id);
	cleat_text_add(out, "%s", quote);
	return 0;
}

static const struct cleat_map_plugin cpumap = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "cpumap",
			   "CPUs to redirect packets to"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
	.update = update,
	.parse = parse,
	.format = format,
};
CLEAT_PLUGIN(cpumap)
