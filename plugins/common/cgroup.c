/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup.c - attaching to cgroups; see cgroup.h.
 *
 * Knows the rules by which programs of a cgroup and of those above it go together, and how a cgroup
 * is found by its id.
 */
#include "common/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/targets.h"

#define MOST 64 /* programs of one kind in one cgroup; the kernel's limit */
#define HANDLE_KERNFS 0xfe /* FILEID_KERNFS: the handle is the id */

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool is_ordered(const struct cleat_params *p)
{
	return cleat_param_given(p, "before") || cleat_param_given(p, "after") ||
	       cleat_param_given(p, "expected-revision");
}

int cgroup_check(struct cleat *c, const struct cleat_params *p)
{
	const char *mode = cleat_param(p, "mode");
	bool alone = is(mode, "override") || is(mode, "exclusive");

	if (is_ordered(p) && !is(mode, "auto") && !is(mode, "link"))
		return cleat_param_error(c, p, order_key(p), EINVAL,
					 "'%s' needs a link, not 'mode = %s'", order_key(p), mode);
	if (cleat_param_bool(p, "preorder") && alone)
		return cleat_param_error(c, p, "preorder", EINVAL,
					 "'preorder' does not go with 'mode = %s'", mode);
	if (cleat_param(p, "replace") && !is(mode, "multi"))
		return cleat_param_error(c, p, "replace", EINVAL,
					 "'replace' goes with 'mode = multi', not '%s'", mode);
	return order_check(c, p);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static char *full_path(struct cleat *c, const char *cgroup)
{
	const char *root;
	char *path;

	if (cgroup[0] == '/')
		path = strdup(cgroup);
	else if (!(root = cleat_cgroupfs(c)))
		return NULL; /* said why */
	else if (asprintf(&path, "%s/%s", root, cgroup) < 0)
		path = NULL;
	if (!path)
		cleat_error(c, ENOMEM, "out of memory");
	return path;
}

/* The directories in @dir, for a hint: the nearest to @name. */
static void hint_sibling(struct cleat *c, const char *dir, const char *name)
{
	const char **names = NULL;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d))) {
		const char **more;
		char *copy;

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		more = realloc(names, (n + 1) * sizeof(*names));
		copy = strdup(e->d_name);
		if (more)
			names = more;
		if (!more || !copy) {
			free(copy);
			break;
		}
		names[n++] = copy;
	}
	if (n)
		cleat_hint_nearest(c, name, names, n);
	while (n)
		free((char *)names[--n]);
	free(names);
	if (d)
		closedir(d);
}

/* @path is not there: the first of its directories that is missing is to blame. */
static int missing(struct cleat *c, const struct cleat_params *p, const char *cgroup, char *path)
{
	char *slash = path, *part;
	struct stat st;

	cleat_param_error(c, p, "cgroup", ENOENT, "no cgroup '%s'%s", cgroup,
			  strpbrk(cgroup, "*?[") ? " or like it" : "");
	while (*path == '/' && (slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (stat(path, &st) != 0)
			break;
		*slash = '/';
	}
	part = strrchr(path, '/');
	if (part && part != path && !strpbrk(part, "*?[")) {
		*part = '\0';
		hint_sibling(c, path, part + 1);
	}
	return -ENOENT;
}

static int expand_one(struct cleat *c, const struct cleat_params *p, const char *cgroup,
		      struct cleat_targets *out)
{
	char *path = full_path(c, cgroup);
	size_t made = 0;
	glob_t found = { 0 };
	int err = 0;

	if (!path)
		return -ENOENT;
	if (glob(path, GLOB_ONLYDIR, NULL, &found) != 0)
		found.gl_pathc = 0;
	for (size_t i = 0; i < found.gl_pathc && !err; i++) {
		struct stat st;

		if (stat(found.gl_pathv[i], &st) != 0 || !S_ISDIR(st.st_mode))
			continue;
		made++;
		err = targets_add(c, p, "cgroup", found.gl_pathv[i], out);
	}
	if (!made)
		err = cleat_targets_missing(out, missing(c, p, cgroup, path));
	globfree(&found);
	free(path);
	return err;
}

int cgroup_expand(struct cleat *c, const struct cleat_params *p, struct cleat_targets *out)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "cgroup") && !err; i++)
		err = expand_one(c, p, cleat_param_nth(p, "cgroup", i), out);
	return err;
}

static int open_cgroup(struct cleat *c, const struct cleat_params *p)
{
	const char *cgroup = cleat_param(p, "cgroup");
	char *path = full_path(c, cgroup);
	int fd, err;

	if (!path)
		return -ENOENT;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = fd < 0 ? errno : 0;
	if (err == ENOENT || err == ENOTDIR)
		fd = missing(c, p, cgroup, path);
	else if (err)
		fd = cleat_error_sys(c, err, "cannot open cgroup '%s'", cgroup);
	free(path);
	return fd;
}

/* ---- who is there ---------------------------------------------------------------------------- */

struct attached {
	uint32_t programs[MOST];
	uint32_t n;
	uint32_t mode; /* BPF_F_ALLOW_* of the cgroup */
};

static int read_attached(int fd, uint32_t type, struct attached *there)
{
	union bpf_attr attr = {
		.query = {
			.target_fd = (uint32_t)fd,
			.attach_type = type,
			.prog_ids = (uintptr_t)there->programs,
			.prog_cnt = MOST,
		},
	};
	uint32_t flags[MOST];
	int err;

	memset(there, 0, sizeof(*there));
	err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	if (err == -EINVAL) { /* of security hooks the kernel tells only all there is to know */
		attr.query.prog_attach_flags = (uintptr_t)flags;
		attr.query.prog_cnt = MOST;
		err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	}
	if (err)
		return err;
	there->n = attr.query.prog_cnt < MOST ? attr.query.prog_cnt : MOST;
	there->mode = attr.query.attach_flags;
	return 0;
}

static const char *mode_name(uint32_t flags)
{
	return flags & BPF_F_ALLOW_MULTI      ? "multi"
	       : flags & BPF_F_ALLOW_OVERRIDE ? "override"
					      : "exclusive";
}

/* The kernel does not say which of them came by links: the links say where they are. */
static void program_facts(int fd, uint32_t type, uint32_t program, uint32_t mode,
			  struct cleat_facts *out)
{
	struct link_place place = { .program = program, .attach_type = type };
	struct stat st;
	uint32_t link;
	int link_fd = -1;

	if (fstat(fd, &st) == 0) {
		place.cgroup_id = st.st_ino;
		link_fd = progref_link(BPF_LINK_TYPE_CGROUP, &place, &link);
	}
	if (link_fd >= 0) {
		cleat_facts_text(out, "mode", "link");
		cleat_facts_number(out, "link", link);
		close(link_fd);
	} else {
		cleat_facts_text(out, "mode", "%s", mode_name(mode));
	}
}

int cgroup_query(struct cleat *c, const struct cleat_params *p, uint32_t attach_type,
		 const char *key, const char *word, struct cleat_facts *out)
{
	int fd = open_cgroup(c, p), err;
	struct attached there;

	if (fd < 0)
		return fd;
	err = read_attached(fd, attach_type, &there);
	for (uint32_t i = 0; i < there.n && !err; i++) {
		cleat_facts_number(out, "program", there.programs[i]);
		if (key)
			cleat_facts_text(out, key, "%s", word);
		program_facts(fd, attach_type, there.programs[i], there.mode, out);
	}
	close(fd);
	return err ? cleat_error_sys(c, err, "cannot ask for the programs of cgroup '%s'",
				     cleat_param(p, "cgroup"))
		   : 0;
}

/* ---- attaching ------------------------------------------------------------------------------- */

/* The cgroup stays open, and the program: neither can become another by the time of undoing. */
struct placed {
	int cgroup_fd, prog_fd;
	uint32_t type, flags;
};

static int detach(const struct placed *placed)
{
	struct attached there;
	uint32_t id = progref_id(placed->prog_fd);
	union bpf_attr attr = { 0 };
	bool ours = placed->flags & BPF_F_ALLOW_MULTI;

	/* Alone in its mode, the kernel would detach whatever is there. */
	if (!ours && read_attached(placed->cgroup_fd, placed->type, &there))
		return 0;
	for (uint32_t i = 0; !ours && i < there.n; i++)
		ours = there.programs[i] == id;
	if (!ours)
		return 0;
	attr.target_fd = (uint32_t)placed->cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)placed->prog_fd;
	attr.attach_type = placed->type;
	return cleat_sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
}

static int remove_placed(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	int err = detach(placed);

	(void)c;
	close(placed->cgroup_fd);
	close(placed->prog_fd);
	return err == -ENOENT ? 0 : err;
}

static void leave(const void *data)
{
	const struct placed *placed = data;

	close(placed->cgroup_fd);
	close(placed->prog_fd);
}

/* Copies of the descriptors are kept. */
static int keep(struct placed *placed, int cgroup_fd, int prog_fd)
{
	int err;

	placed->cgroup_fd = fcntl(cgroup_fd, F_DUPFD_CLOEXEC, 3);
	placed->prog_fd = fcntl(prog_fd, F_DUPFD_CLOEXEC, 3);
	if (placed->cgroup_fd >= 0 && placed->prog_fd >= 0)
		return 0;
	err = -errno;
	if (placed->cgroup_fd >= 0)
		close(placed->cgroup_fd);
	return err;
}

/* Takes the descriptors. */
static int note_placed(struct cleat_attach *a, const struct placed *placed, const char *what)
{
	int err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed), "%s, mode %s", what,
				    mode_name(placed->flags));

	return err ? err : cleat_attach_stays(a, leave, "%s", "");
}

/* @instead: the program whose place is taken, or -1. */
static int attach_legacy(struct cleat_attach *a, int fd, uint32_t type, uint32_t flags,
			 int instead, const char *what)
{
	struct placed placed = { .type = type, .flags = flags };
	union bpf_attr attr = { 0 };
	int err;

	attr.target_fd = (uint32_t)fd;
	attr.attach_bpf_fd = (uint32_t)cleat_attach_fd(a);
	attr.attach_type = type;
	attr.attach_flags = flags;
	if (instead >= 0) {
		attr.attach_flags |= BPF_F_REPLACE;
		attr.replace_bpf_fd = (uint32_t)instead;
	}
	err = cleat_sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
	if (err)
		return err;
	err = keep(&placed, fd, cleat_attach_fd(a));
	if (err) {
		cleat_sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
		return err;
	}
	return note_placed(a, &placed, what);
}

static int attach_link(struct cleat_attach *a, const struct cleat_params *p, int fd, uint32_t type,
		       const struct order *order, const char *what)
{
	union bpf_attr attr = { 0 };

	attr.link_create.target_fd = (uint32_t)fd;
	attr.link_create.attach_type = type;
	attr.link_create.flags = order->flags;
	if (cleat_param_bool(p, "preorder"))
		attr.link_create.flags |= BPF_F_PREORDER;
	attr.link_create.cgroup.relative_id = order->relative;
	attr.link_create.cgroup.expected_revision = order->revision;
	return cleat_attach_link(a, &attr, "%s", what);
}

/* EPERM that is not about privilege: a program here or above does not share. */
static bool report_unshared(struct cleat *c, const struct cleat_params *p, int fd, uint32_t type,
			    uint32_t wanted)
{
	struct attached there;
	char path[PATH_MAX], link[64], *slash;
	bool above = false;
	int dir;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	dir = (int)readlink(link, path, sizeof(path) - 1);
	if (dir <= 0)
		return false;
	path[dir] = '\0';
	for (;;) {
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			return false;
		if (read_attached(dir, type, &there)) {
			close(dir);
			return false; /* above the mount: no cgroup */
		}
		close(dir);
		if (there.n &&
		    (above ? !(there.mode & (BPF_F_ALLOW_MULTI | BPF_F_ALLOW_OVERRIDE))
			   : (there.mode & BPF_F_ALLOW_MULTI) != (wanted & BPF_F_ALLOW_MULTI) ||
				     there.mode != wanted))
			break;
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
		above = true;
	}
	cleat_param_error(c, p, "cgroup", EPERM,
			  "program %u in cgroup '%s' was attached in mode %s and does not share",
			  there.programs[0], path, mode_name(there.mode));
	if (!above)
		cleat_hint(c, "'mode = %s' takes its place; or detach it first",
			   mode_name(there.mode));
	else
		cleat_hint(c, "detach it first");
	return true;
}

static int report(struct cleat *c, const struct cleat_params *p, int fd, uint32_t type,
		  uint32_t flags, int err)
{
	const char *cgroup = cleat_param(p, "cgroup");

	if (err == -EPERM && report_unshared(c, p, fd, type, flags))
		return err;
	if (order_blamed(c, p, err, cgroup)) {
		if (err == -EINVAL)
			cleat_hint(c, "kernels before 6.17 have no order in cgroups");
		return err;
	}
	switch (err) {
	case -ENOENT:
		if (!cleat_param(p, "replace"))
			break;
		cleat_param_error(c, p, "replace", ENOENT,
				  "program '%s' is not attached to cgroup '%s' without a link",
				  cleat_param(p, "replace"), cgroup);
		return err;
	case -EBADF:
		return cleat_param_error(c, p, "cgroup", EBADF, "'%s' is not a cgroup of version 2",
					 cgroup);
	case -E2BIG:
		return cleat_param_error(c, p, "cgroup", E2BIG,
					 "cgroup '%s' has %d such programs already: more cannot be",
					 cgroup, MOST);
	case -EINVAL:
		if (cleat_param_bool(p, "preorder"))
			return cleat_param_error(c, p, "preorder", EINVAL,
						 "this kernel does not know 'preorder'");
		break;
	}
	cleat_error_sys(c, err, "cannot attach to cgroup '%s'", cgroup);
	/* Of programs that see packets; by a link the kernel says EPERM. */
	if (err == -EPERM)
		cleat_hint(c, "needs CAP_NET_ADMIN");
	else if (err == -EINVAL && !is(cleat_param(p, "mode"), "link"))
		cleat_hint(c, "without a link, some programs need CAP_NET_ADMIN");
	return err;
}

/* Of the older ways, the one that the keys want. */
static uint32_t older_flags(const struct cleat_params *p)
{
	const char *mode = cleat_param(p, "mode");

	return is(mode, "override")    ? BPF_F_ALLOW_OVERRIDE
	       : is(mode, "exclusive") ? 0
				       : BPF_F_ALLOW_MULTI;
}

int cgroup_attach(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		  const char *what)
{
	struct cleat *c = cleat_attach_context(a);
	const char *mode = cleat_param(p, "mode");
	uint32_t flags = older_flags(p);
	int fd = open_cgroup(c, p), instead = -1, err;
	char text[PATH_MAX + 64];
	struct order order;

	if (fd < 0)
		return fd;
	snprintf(text, sizeof(text), "%s on %s", what, cleat_param(p, "cgroup"));
	err = order_read(c, p, &order);
	if (err)
		goto out;
	if (is(mode, "auto") || is(mode, "link")) {
		err = attach_link(a, p, fd, attach_type, &order, text);
		if (err != -EINVAL || !is(mode, "auto") || order.given)
			goto made;
	}
	if (cleat_param(p, "replace")) {
		instead = progref_open(c, p, "replace");
		err = instead < 0 ? instead : 0;
		if (err)
			goto out;
	}
	/* Before 5.7 there are no links. */
	err = attach_legacy(a, fd, attach_type,
			    flags | (cleat_param_bool(p, "preorder") ? BPF_F_PREORDER : 0), instead,
			    text);
made:
	if (err)
		report(c, p, fd, attach_type, flags, err);
out:
	if (instead >= 0)
		close(instead);
	order_release(&order);
	close(fd);
	return err;
}

int cgroup_replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	union bpf_attr attr = { 0 };
	int err, fd;

	if (!placed)
		return -EAGAIN; /* a kernel link */
	fd = fcntl(cleat_program_fd(prog), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the program");
	attr.target_fd = (uint32_t)placed->cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)fd;
	attr.attach_type = placed->type;
	attr.attach_flags = placed->flags;
	if (placed->flags & BPF_F_ALLOW_MULTI) { /* the others replace by themselves */
		attr.attach_flags |= BPF_F_REPLACE;
		attr.replace_bpf_fd = (uint32_t)placed->prog_fd;
	}
	err = cleat_sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
	if (err) {
		close(fd);
		return cleat_error_sys(c, err, "%s: cannot replace the program",
				       cleat_link_what(l));
	}
	close(placed->prog_fd);
	placed->prog_fd = fd;
	return 0;
}

/* ---- found again ----------------------------------------------------------------------------- */

int cgroup_foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	const char *mode = cleat_param(p, "mode");

	(void)prog;
	if (is(mode, "auto") || is(mode, "link"))
		return 0;
	way->name = "cgroup without a link";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

/* Is the program there, and no link's. */
static bool is_there(int fd, uint32_t type, uint32_t id)
{
	struct link_place place = { .program = id, .attach_type = type };
	struct attached there;
	bool found = false;
	struct stat st;
	uint32_t link;
	int link_fd;

	if (read_attached(fd, type, &there) || fstat(fd, &st))
		return false;
	for (uint32_t i = 0; i < there.n; i++)
		found = found || there.programs[i] == id;
	if (!found)
		return false;
	place.cgroup_id = st.st_ino;
	link_fd = progref_link(BPF_LINK_TYPE_CGROUP, &place, &link);
	if (link_fd >= 0)
		close(link_fd);
	return link_fd < 0;
}

int cgroup_find(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		const char *what)
{
	struct placed placed = { .type = attach_type, .flags = older_flags(p) };
	int fd = open_cgroup(cleat_attach_context(a), p), err = -ENOENT;
	char text[PATH_MAX + 64];

	if (fd < 0)
		return fd;
	if (is_there(fd, attach_type, progref_id(cleat_attach_fd(a))))
		err = keep(&placed, fd, cleat_attach_fd(a));
	close(fd);
	if (err)
		return err;
	if (cleat_param_bool(p, "preorder"))
		placed.flags |= BPF_F_PREORDER;
	snprintf(text, sizeof(text), "%s on %s", what, cleat_param(p, "cgroup"));
	return note_placed(a, &placed, text);
}

/* ---- a cgroup by its id ---------------------------------------------------------------------- */

/* Quick, with CAP_DAC_READ_SEARCH. */
static bool path_by_handle(const char *root, uint64_t id, char path[static PATH_MAX])
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(uint64_t)];
	} h = { 0 };
	int mount = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	char link[64];
	ssize_t n;

	if (mount < 0)
		return false;
	h.handle.handle_bytes = sizeof(id);
	h.handle.handle_type = HANDLE_KERNFS;
	memcpy(h.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(mount, &h.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(mount);
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	close(fd);
	if (n <= 0)
		return false;
	path[n] = '\0';
	return strncmp(path, root, strlen(root)) == 0;
}

/* Without it: the id is the inode number. */
static bool path_by_walk(uint64_t id, char path[static PATH_MAX], unsigned int depth)
{
	size_t n = strlen(path);
	struct dirent *e;
	struct stat st;
	bool found;
	DIR *d;

	if (stat(path, &st) != 0)
		return false;
	if (st.st_ino == id)
		return true;
	d = depth < 64 ? opendir(path) : NULL;
	found = false;
	while (d && !found && (e = readdir(d))) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.' ||
		    snprintf(path + n, PATH_MAX - n, "/%s", e->d_name) >= (int)(PATH_MAX - n))
			continue;
		found = path_by_walk(id, path, depth + 1);
		if (!found)
			path[n] = '\0';
	}
	if (d)
		closedir(d);
	return found;
}

int cgroup_describe(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out)
{
	const char *root = info->cgroup.cgroup_id ? cleat_cgroupfs(c) : NULL;
	char path[PATH_MAX];

	if (!info->cgroup.cgroup_id) /* the cgroup was removed under it */
		return cleat_facts_bool(out, "detached", true);
	if (root && snprintf(path, sizeof(path), "%s", root) < (int)sizeof(path) &&
	    (path_by_handle(root, info->cgroup.cgroup_id, path) ||
	     (snprintf(path, sizeof(path), "%s", root) > 0 &&
	      path_by_walk(info->cgroup.cgroup_id, path, 0))))
		return cleat_facts_text(out, "cgroup", "%s", path);
	return cleat_facts_number(out, "cgroup-id", info->cgroup.cgroup_id);
}
