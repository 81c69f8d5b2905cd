/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dispatcher.c - the dispatcher of an interface, read, changed and pinned; see dispatcher.h.
 *
 * The folder is locked for the whole of a change, and the interface is changed only if it has what was read, so
 * others who follow the protocol are neither overtaken nor overwritten.
 */
#include "dispatcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "common/linkinfo.h"

/* ---- the folder ------------------------------------------------------------------------------ */

void dispatcher_root(char *path, size_t size)
{
	const char *bpffs = secure_getenv("LIBXDP_BPFFS");

	snprintf(path, size, "%s/xdp", bpffs && *bpffs ? bpffs : "/sys/fs/bpf");
}

static bool folder_path(char *path, int ifindex, uint32_t id)
{
	char root[PATH_MAX];

	dispatcher_root(root, sizeof(root));
	return snprintf(path, PATH_MAX, "%s/dispatch-%d-%u", root, ifindex, id) < PATH_MAX - 32;
}

/* "prog3-link" */
static void pin_path(char *path, const char *folder, size_t slot, const char *what)
{
	snprintf(path, PATH_MAX, "%.*s/prog%zu-%s", PATH_MAX - 32, folder, slot, what);
}

static void nap(void)
{
	nanosleep(&(struct timespec) { .tv_nsec = 10000000 }, NULL);
}

/*
 * Others hold it for moments: whoever holds it for seconds is stuck. The folder stays, others may wait for its
 * lock. Returns a descriptor or -errno.
 */
static int lock(void)
{
	char root[PATH_MAX];
	struct statfs fs;
	int fd, tries = 500;
	bool made;

	dispatcher_root(root, sizeof(root));
	made = mkdir(root, 0700) == 0;
	if (!made && errno != EEXIST)
		return errno == ENOENT || errno == EPERM ? -ENOTDIR : -errno;
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs) || fs.f_type != BPF_FS_MAGIC) {
		close(fd);
		if (made)
			rmdir(root);
		return -ENOTDIR;
	}
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK || !--tries) {
			close(fd);
			return -ETXTBSY;
		}
		nap();
	}
	return fd;
}

static void remove_folder(const char *folder)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < DISPATCHER_SLOTS; i++) {
		pin_path(path, folder, i, "link");
		unlink(path);
		pin_path(path, folder, i, "prog");
		unlink(path);
	}
	rmdir(folder);
}

static int open_pin(const char *path)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path };

	return cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
}

static int pin(int fd, const char *path)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path, .bpf_fd = (uint32_t)fd };

	return cleat_sys_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

/* ---- what is there --------------------------------------------------------------------------- */

static int open_id(int command, uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };

	return cleat_sys_bpf(command, &attr, sizeof(attr));
}

static int map_config(uint32_t map_id, struct dispatcher_config *config)
{
	struct bpf_map_info info = { 0 };
	union bpf_attr attr = { 0 };
	int fd = open_id(BPF_MAP_GET_FD_BY_ID, map_id), err;
	uint32_t key = 0;

	if (fd < 0)
		return fd;
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	if (!err && (info.key_size != sizeof(key) || info.value_size != sizeof(*config)))
		err = -EPROTO;
	attr = (union bpf_attr) { .map_fd = (uint32_t)fd };
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)config;
	if (!err)
		err = cleat_sys_bpf(BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr));
	close(fd);
	return err;
}

/* -ENOENT: it is none; -EPROTO: it is one, and not of the protocol's version. */
static int read_config(struct dispatcher *d, struct dispatcher_config *config)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = { 0 };
	uint32_t map_id = 0;
	int err;

	info.nr_map_ids = 1;
	info.map_ids = (uintptr_t)&map_id;
	attr.info.bpf_fd = (uint32_t)d->fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	if (err)
		return err;
	if (strncmp(info.name, DISPATCHER_NAME, sizeof(info.name)) != 0 || !info.btf_id)
		return -ENOENT;
	err = info.nr_map_ids == 1 ? map_config(map_id, config) : -EPROTO;
	if (err)
		return err;
	d->version = config->magic == DISPATCHER_MAGIC ? config->version : 1;
	return config->magic == DISPATCHER_MAGIC && config->version == DISPATCHER_VERSION &&
			       config->programs <= DISPATCHER_SLOTS
		       ? 0
		       : -EPROTO;
}

int dispatcher_look(struct component *m)
{
	struct bpf_prog_info info = { 0 };
	int err = linkinfo_program_by_fd(m->fd, &info);

	if (err)
		return err;
	m->id = info.id;
	m->loaded_at = info.load_time;
	memcpy(m->tag, info.tag, sizeof(m->tag));
	snprintf(m->name, sizeof(m->name), "%.*s", (int)sizeof(info.name), info.name);
	return 0;
}

static int read_components(struct dispatcher *d, int ifindex,
			   const struct dispatcher_config *config)
{
	char folder[PATH_MAX], path[PATH_MAX];
	int err = folder_path(folder, ifindex, d->id) ? 0 : -ENAMETOOLONG;

	for (size_t i = 0; i < config->programs && !err; i++) {
		struct component *m = &d->all[d->n];

		pin_path(path, folder, i, "prog");
		m->fd = open_pin(path);
		if (m->fd < 0)
			return m->fd;
		d->n++;
		m->priority = config->priorities[i];
		m->chain = config->chain[i];
		m->flags = config->flags[i] & BPF_F_XDP_HAS_FRAGS;
		err = dispatcher_look(m);
	}
	return err;
}

/* With the folder locked. */
static int read_locked(struct netlink *nl, int ifindex, struct dispatcher *d)
{
	struct dispatcher_config config;
	struct device_state state;
	int err = device_state(nl, ifindex, &state);

	if (err)
		return err;
	/* In the card there is none. */
	d->id = state.native ? state.native : state.generic;
	if (!d->id)
		return 0;
	d->is = DISPATCHER_OTHER;
	d->mode = device_mode_of(&state, d->id);
	d->fd = open_id(BPF_PROG_GET_FD_BY_ID, d->id);
	if (d->fd < 0)
		return d->fd == -ENOENT ? -EAGAIN : d->fd;
	err = read_config(d, &config);
	if (err == -ENOENT)
		return 0;
	d->is = err == 0 || err == -EPROTO ? DISPATCHER_UNKNOWN : d->is;
	if (err)
		return err == -EPROTO ? 0 : err;
	err = read_components(d, ifindex, &config);
	if (!err)
		d->is = DISPATCHER_OURS;
	return err == -ENOENT ? 0 : err;
}

static void reset(struct dispatcher *d)
{
	*d = (struct dispatcher) { .fd = -1 };
}

/* Who only looks needs no folder. */
int dispatcher_read(struct netlink *nl, int ifindex, struct dispatcher *d)
{
	char root[PATH_MAX];
	int fd, err;

	reset(d);
	dispatcher_root(root, sizeof(root));
	fd = access(root, F_OK) == 0 ? lock() : -1;
	if (fd < -1)
		return fd;
	err = read_locked(nl, ifindex, d);
	if (fd >= 0)
		close(fd);
	return err;
}

void dispatcher_release(struct dispatcher *d)
{
	while (d->n)
		close(d->all[--d->n].fd);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

int dispatcher_index(const struct dispatcher *d, uint32_t program)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->all[i].id == program)
			return (int)i;
	return -1;
}

/* ---- the one that comes ---------------------------------------------------------------------- */

/* The protocol's order: for equal priorities there is no better reason, but it is always the same one. */
static int compare(const void *a, const void *b)
{
	const struct component *x = a, *y = b;
	int order;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	order = strcmp(x->name, y->name);
	if (order)
		return order;
	if (x->is_new != y->is_new)
		return x->is_new ? 1 : -1;
	order = memcmp(x->tag, y->tag, sizeof(x->tag));
	if (order)
		return order;
	return x->loaded_at < y->loaded_at ? -1 : x->loaded_at > y->loaded_at;
}

/* The programs that are to be, in order; descriptors are borrowed. */
struct crew {
	size_t n;
	struct component all[DISPATCHER_SLOTS + 1];
};

static int gather(const struct dispatcher_change *ch, struct crew *crew)
{
	const struct dispatcher *d = &ch->found;

	for (size_t i = 0; i < d->n; i++)
		if (d->all[i].id != ch->remove)
			crew->all[crew->n++] = d->all[i];
	if (ch->remove && crew->n == d->n)
		return -ENOENT;
	if (ch->add && dispatcher_index(d, ch->add->id) >= 0)
		return -EEXIST;
	if (ch->add) {
		crew->all[crew->n] = *ch->add;
		crew->all[crew->n++].is_new = true;
	}
	if (crew->n > DISPATCHER_SLOTS)
		return -E2BIG;
	qsort(crew->all, crew->n, sizeof(crew->all[0]), compare);
	return 0;
}

static void configure(const struct crew *crew, struct dispatcher_config *config)
{
	*config = (struct dispatcher_config) {
		.magic = DISPATCHER_MAGIC,
		.version = DISPATCHER_VERSION,
		.programs = (uint8_t)crew->n,
		.frags = crew->n > 0,
	};
	for (size_t i = 0; i < crew->n; i++) {
		config->chain[i] = crew->all[i].chain | 1u << DISPATCHER_GO_ON;
		config->priorities[i] = crew->all[i].priority;
		config->flags[i] = crew->all[i].flags;
		config->frags &= crew->all[i].flags != 0;
	}
}

/* In the place of a function of the new one, and pinned: it stays when we are gone. */
static int attach_component(int fd, const char *folder, size_t slot, const struct component *m)
{
	union bpf_attr attr = { 0 };
	char path[PATH_MAX];
	int link, err;

	attr.link_create.prog_fd = (uint32_t)m->fd;
	attr.link_create.target_fd = (uint32_t)fd;
	attr.link_create.target_btf_id = dispatcher_function((uint32_t)slot);
	link = cleat_sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link < 0)
		return link;
	pin_path(path, folder, slot, "link");
	err = pin(link, path);
	close(link);
	pin_path(path, folder, slot, "prog");
	return err ? err : pin(m->fd, path);
}

/* Complete before anybody sees it. Returns its descriptor, and its folder. */
static int build(const struct dispatcher_change *ch, const struct crew *crew, char *folder)
{
	struct bpf_prog_info info = { 0 };
	struct dispatcher_config config;
	int fd, err;

	configure(crew, &config);
	fd = dispatcher_load(&config);
	if (fd < 0)
		return fd;
	err = linkinfo_program_by_fd(fd, &info);
	if (!err && !folder_path(folder, ch->ifindex, info.id))
		err = -ENAMETOOLONG;
	if (!err && mkdir(folder, 0700))
		err = -errno;
	if (err) {
		*folder = '\0';
		close(fd);
		return err;
	}
	for (size_t i = 0; i < crew->n && !err; i++)
		err = attach_component(fd, folder, i, &crew->all[i]);
	if (!err)
		return fd;
	remove_folder(folder);
	close(fd);
	return err;
}

/* ---- one in the place of another ------------------------------------------------------------- */

/* -EEXIST: somebody else was here meanwhile. */
static int put(struct dispatcher_change *ch, int fd)
{
	const struct dispatcher *d = &ch->found;
	uint32_t mode = d->is != DISPATCHER_NONE ? d->mode
			: ch->mode               ? ch->mode
						 : XDP_FLAGS_DRV_MODE;
	int err;

	ch->nl->why[0] = '\0';
	err = device_set(ch->nl, ch->ifindex, mode, fd, d->fd, d->id);
	if (err == -EOPNOTSUPP && d->is == DISPATCHER_NONE && !ch->mode) {
		mode = XDP_FLAGS_SKB_MODE;
		err = device_set(ch->nl, ch->ifindex, mode, fd, d->fd, d->id);
	}
	ch->made_in = mode;
	return err;
}

static void forget_old(const struct dispatcher_change *ch)
{
	char folder[PATH_MAX];

	if (ch->found.is == DISPATCHER_OURS && folder_path(folder, ch->ifindex, ch->found.id))
		remove_folder(folder);
}

/* Does what is there let others in. */
static int judge(const struct dispatcher_change *ch)
{
	const struct dispatcher *d = &ch->found;

	if (d->is == DISPATCHER_NONE || (d->is == DISPATCHER_OTHER && d->id == ch->over))
		return 0;
	if (d->is != DISPATCHER_OURS)
		return -EBUSY;
	return ch->mode && ch->mode != d->mode ? -EMEDIUMTYPE : 0;
}

static int apply_locked(struct dispatcher_change *ch)
{
	char folder[PATH_MAX] = "";
	struct crew crew = { 0 };
	int err = read_locked(ch->nl, ch->ifindex, &ch->found), fd = -1;

	if (!err)
		err = judge(ch);
	if (!err)
		err = gather(ch, &crew);
	if (!err && crew.n) {
		fd = build(ch, &crew, folder);
		err = fd < 0 ? fd : 0;
	}
	if (err)
		return err;
	err = put(ch, fd);
	if (!err)
		forget_old(ch);
	else if (fd >= 0)
		remove_folder(folder);
	if (fd >= 0)
		close(fd);
	/* As the kernel says that another program is there than was. */
	return err == -EEXIST || (err == -EBUSY && ch->found.is == DISPATCHER_NONE) ? -EAGAIN : err;
}

int dispatcher_apply(struct dispatcher_change *ch)
{
	int err = -EAGAIN;

	reset(&ch->found);
	for (int tries = 0; err == -EAGAIN && tries < 10; tries++) {
		int fd = lock();

		if (fd < 0)
			return fd;
		dispatcher_release(&ch->found);
		reset(&ch->found);
		err = apply_locked(ch);
		close(fd);
		if (err == -EAGAIN)
			nap();
	}
	return err;
}

static bool has_pinned(const char *folder, uint32_t program)
{
	struct component m = { 0 };
	char path[PATH_MAX];
	bool has = false;

	for (size_t i = 0; i < DISPATCHER_SLOTS && !has; i++) {
		pin_path(path, folder, i, "prog");
		m.fd = open_pin(path);
		if (m.fd < 0)
			break;
		has = dispatcher_look(&m) == 0 && m.id == program;
		close(m.fd);
	}
	return has;
}

void dispatcher_sweep(int ifindex, uint32_t program)
{
	char root[PATH_MAX - 280], folder[PATH_MAX], prefix[32];
	int fd = lock();
	const struct dirent *e;
	DIR *dir;

	if (fd < 0)
		return;
	dispatcher_root(root, sizeof(root));
	snprintf(prefix, sizeof(prefix), "dispatch-%d-", ifindex);
	dir = opendir(root);
	while (dir && (e = readdir(dir))) {
		snprintf(folder, sizeof(folder), "%s/%s", root, e->d_name);
		if (strncmp(e->d_name, prefix, strlen(prefix)) == 0 && has_pinned(folder, program))
			remove_folder(folder);
	}
	if (dir)
		closedir(dir);
	close(fd);
}
