/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockmap.c - attaching to the maps that hold sockets; see sockmap.h.
 *
 * Knows what the kernel refuses: a map has one program of each kind, and a link's program can only
 * be replaced through the link.
 */
#include "common/sockmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/linkinfo.h"
#include "common/progref.h"
#include "common/targets.h"

static bool holds_sockets(struct cleat_map *m)
{
	struct cleat_map_info info = { .size = sizeof(info) };

	return cleat_map_info(m, &info) == 0 && (info.type_number == BPF_MAP_TYPE_SOCKMAP ||
						 info.type_number == BPF_MAP_TYPE_SOCKHASH);
}

/* The map of the program's object, or NULL after saying why. */
static struct cleat_map *find_map(struct cleat_program *prog, const struct cleat_params *p,
				  const char *name)
{
	struct cleat *c = cleat_program_context(prog);
	struct cleat_map *m = cleat_object_map(cleat_program_object(prog), name);

	if (!m)
		cleat_param_error(c, p, "map", ENOENT, "the object has no map '%s'", name);
	else if (!holds_sockets(m))
		cleat_param_error(c, p, "map", EINVAL, "map '%s' holds no sockets", name);
	else
		return m;
	return NULL;
}

int sockmap_check(struct cleat_program *prog, const struct cleat_params *p)
{
	for (size_t i = 0; i < cleat_param_count(p, "map"); i++)
		if (!find_map(prog, p, cleat_param_nth(p, "map", i)))
			return -EINVAL;
	return 0;
}

int sockmap_expand(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_targets *out)
{
	return targets_each(cleat_program_context(prog), p, "map", out);
}

/* ---- the older way ------------------------------------------------------------------------------ */

struct placed {
	int map, program;
	uint32_t attach_type;
};

#define MAP_ID "map "

static int attach_or_detach(int command, int map, int program, uint32_t attach_type)
{
	union bpf_attr attr = {
		.target_fd = (uint32_t)map,
		.attach_bpf_fd = (uint32_t)program,
		.attach_type = attach_type,
	};

	return cleat_sys_bpf(command, &attr, sizeof(attr));
}

static int detach(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	int err = attach_or_detach(BPF_PROG_DETACH, placed->map, placed->program,
				   placed->attach_type);

	close(placed->map);
	close(placed->program);
	/* Gone, or somebody else's by now. */
	return err && err != -ENOENT ? cleat_error_sys(c, err, "cannot detach from the map") : 0;
}

static void leave(const void *data)
{
	const struct placed *placed = data;

	close(placed->map);
	close(placed->program);
}

static int note_placed(struct cleat_attach *a, int map, uint32_t attach_type, const char *what,
		       const char *name, uint32_t id)
{
	const struct placed placed = {
		.map = fcntl(map, F_DUPFD_CLOEXEC, 3),
		.program = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3),
		.attach_type = attach_type,
	};
	int err = cleat_attach_undo(a, detach, &placed, sizeof(placed),
				    "%s at map %s, without a link", what, name);

	return err ? err : cleat_attach_stays(a, leave, MAP_ID "%u", id);
}

static int attach_old(struct cleat_attach *a, struct cleat_map *m, uint32_t attach_type,
		      const char *what)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	int err =
		attach_or_detach(BPF_PROG_ATTACH, cleat_map_fd(m), cleat_attach_fd(a), attach_type);

	if (err)
		return err;
	if (cleat_map_info(m, &info))
		info.id = 0;
	return note_placed(a, cleat_map_fd(m), attach_type, what, cleat_map_name(m), info.id);
}

/* ---- attaching ---------------------------------------------------------------------------------- */

/* What is there, 0 for nothing. Kernels before 5.18 do not tell: -EINVAL. */
static int ask(int map, uint32_t attach_type, uint32_t *id)
{
	union bpf_attr attr = {
		.query = {
			.target_fd = (uint32_t)map,
			.attach_type = attach_type,
			.prog_ids = (uintptr_t)id,
			.prog_cnt = 1,
		},
	};

	*id = 0;
	return cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)) ? -errno : 0;
}

/* What is known to be there, or 0. */
static uint32_t attached(int map, uint32_t attach_type)
{
	uint32_t id;

	return ask(map, attach_type, &id) ? 0 : id;
}

static int report(struct cleat *c, const struct cleat_params *p, int err, const char *what,
		  const char *map)
{
	if (err == -EBUSY)
		return cleat_param_error(c, p, "map", err,
					 "another program is attached to map '%s' that excludes %s",
					 map, what);
	if (err == -EINVAL && strcmp(cleat_param(p, "via"), "link") == 0)
		return cleat_param_error(c, p, "via", EOPNOTSUPP,
					 "this kernel has no links to maps of sockets");
	cleat_error_sys(c, err, "cannot attach to map '%s'", map);
	if (err == -EINVAL)
		cleat_hint(c, "this kernel may not know %s", what);
	return err;
}

int sockmap_attach(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		   const char *what)
{
	struct cleat *c = cleat_attach_context(a);
	struct cleat_map *m = find_map(cleat_attach_program(a), p, cleat_param(p, "map"));
	const char *via = cleat_param(p, "via");
	union bpf_attr attr = { 0 };
	int err = -EINVAL;

	if (!m)
		return -EINVAL;
	/* The older way would put ours in its place without a word. */
	if (attached(cleat_map_fd(m), attach_type))
		return report(c, p, -EBUSY, what, cleat_map_name(m));
	attr.link_create.target_fd = (uint32_t)cleat_map_fd(m);
	attr.link_create.attach_type = attach_type;
	if (strcmp(via, "attach") != 0)
		err = cleat_attach_link(a, &attr, "%s at map %s", what, cleat_map_name(m));
	if (err == -EINVAL && strcmp(via, "link") != 0)
		err = attach_old(a, m, attach_type, what);
	return err ? report(c, p, err, what, cleat_map_name(m)) : 0;
}

int sockmap_replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	int err, fd;

	if (!placed)
		return -EAGAIN; /* a kernel link */
	fd = fcntl(cleat_program_fd(prog), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the program");
	err = attach_or_detach(BPF_PROG_ATTACH, placed->map, fd, placed->attach_type);
	if (err) {
		close(fd);
		return cleat_error_sys(c, err, "%s: cannot replace the program",
				       cleat_link_what(l));
	}
	close(placed->program);
	placed->program = fd;
	return 0;
}

/* ---- found again -------------------------------------------------------------------------------- */

int sockmap_foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	if (strcmp(cleat_param(p, "via"), "attach") != 0)
		return 0;
	way->name = "map without a link";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

/* The map is known by its id: its object need not be there. */
int sockmap_find(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		 const char *what, const char *note)
{
	union bpf_attr attr = { 0 };
	uint32_t id = progref_id(cleat_attach_fd(a)), map = 0;
	int fd, err = -ENOENT;

	if (sscanf(note, MAP_ID "%u", &map) != 1)
		return -ENOENT;
	attr.map_id = map;
	fd = cleat_sys_bpf(BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
	if (fd < 0)
		return fd;
	if (id && attached(fd, attach_type) == id)
		err = note_placed(a, fd, attach_type, what, cleat_param(p, "map"), map);
	close(fd);
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

/* By which link the program is attached to the map; 0: by none. */
static uint32_t link_of(struct cleat_map *m, uint32_t program, uint32_t attach_type)
{
	struct cleat_map_info map = { .size = sizeof(map) };
	struct bpf_link_info info;
	uint32_t id = 0;

	if (cleat_map_info(m, &map))
		return 0;
	while (linkinfo_next(&id, &info) == 0)
		if (info.type == BPF_LINK_TYPE_SOCKMAP && info.prog_id == program &&
		    info.sockmap.map_id == map.id && info.sockmap.attach_type == attach_type)
			return id;
	return 0;
}

int sockmap_query(struct cleat *c, const struct cleat_params *p, uint32_t attach_type,
		  const char *hook, struct cleat_facts *out)
{
	struct cleat_map *m;
	int err = cleat_map_find(c, cleat_param(p, "map"), &m);
	uint32_t id, link;

	if (err)
		return err;
	err = ask(cleat_map_fd(m), attach_type, &id);
	if (err == -EINVAL)
		err = cleat_error(c, EOPNOTSUPP, "this kernel does not tell what is attached to maps of sockets");
	else if (err)
		err = cleat_error_sys(c, err, "cannot tell what is attached to map '%s'", cleat_param(p, "map"));
	if (id) {
		cleat_facts_number(out, "program", id);
		link = link_of(m, id, attach_type);
		if (link)
			cleat_facts_number(out, "link", link);
		if (hook)
			cleat_facts_text(out, "hook", "%s", hook);
	}
	cleat_map_close(m);
	return err;
}

void sockmap_describe(const struct bpf_link_info *info, struct cleat_facts *out)
{
	struct bpf_map_info map = { 0 };
	union bpf_attr attr = { .map_id = info->sockmap.map_id };
	int fd = cleat_sys_bpf(BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));

	if (fd >= 0) {
		attr = (union bpf_attr){
			.info = {
				.bpf_fd = (uint32_t)fd,
				.info_len = sizeof(map),
				.info = (uintptr_t)&map,
			},
		};
		if (cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) == 0)
			cleat_facts_text(out, "map", "%.*s", (int)sizeof(map.name), map.name);
		close(fd);
	}
	cleat_facts_number(out, "map-id", info->sockmap.map_id);
}
