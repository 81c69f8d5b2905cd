/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netns.c - network namespaces by name, path or process; see netns.h.
 */
#include "common/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/linkinfo.h"
#include "common/targets.h"

#define NAMES "/run/netns" /* where ip-netns(8) keeps them */
#define OWN "/proc/thread-self/ns/net"
#define MOST_NAMES 256
#define MOST 64 /* programs in one namespace; the kernel's limit */

static void hint_names(struct cleat *c, const char *name)
{
	const char *names[MOST_NAMES];
	struct dirent *e;
	DIR *d = opendir(NAMES);
	size_t n = 0;

	while (d && n < MOST_NAMES && (e = readdir(d))) {
		names[n] = e->d_name[0] == '.' ? NULL : strdup(e->d_name);
		n += names[n] != NULL;
	}
	if (d)
		closedir(d);
	if (n)
		cleat_hint_nearest(c, name, names, n);
	else
		cleat_hint(c, "'self' is the namespace that cleat runs in");
	while (n)
		free((char *)names[--n]);
}

/* What the value means as a path. */
static int find_path(const char *value, char path[static PATH_MAX])
{
	int n;

	if (strcmp(value, "self") == 0)
		n = snprintf(path, PATH_MAX, "%s", OWN);
	else if (strncmp(value, "pid:", 4) == 0)
		n = snprintf(path, PATH_MAX, "/proc/%s/ns/net", value + 4);
	else if (strchr(value, '/'))
		n = snprintf(path, PATH_MAX, "%s", value);
	else
		n = snprintf(path, PATH_MAX, "%s/%s", NAMES, value);
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* ---- several ------------------------------------------------------------------------------------ */

struct expansion {
	struct cleat *c;
	const struct cleat_params *p;
	const char *key;
	struct cleat_targets *out;
	ino_t seen[MOST_NAMES];
	size_t n;
};

static int add(struct expansion *x, const char *value, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0) {
		for (size_t i = 0; i < x->n; i++)
			if (x->seen[i] == st.st_ino)
				return 0;
		if (x->n < MOST_NAMES)
			x->seen[x->n++] = st.st_ino;
	}
	return targets_add(x->c, x->p, x->key, value, x->out);
}

static int expand_one(struct expansion *x, const char *value)
{
	bool named = !strchr(value, '/');
	glob_t found = { 0 };
	char path[PATH_MAX];
	int err = find_path(value, path);

	if (err)
		return cleat_param_error(x->c, x->p, x->key, err, "the path is too long");
	if (!strpbrk(value, "*?["))
		return add(x, value, path);
	if (glob(path, 0, NULL, &found) != 0)
		err = cleat_param_error(x->c, x->p, x->key, ENOENT,
					"no network namespace matches '%s'", value);
	for (size_t i = 0; i < found.gl_pathc && !err; i++) {
		const char *each = found.gl_pathv[i];

		err = add(x, named ? strrchr(each, '/') + 1 : each, each);
	}
	globfree(&found);
	return err;
}

int netns_expand(struct cleat *c, const struct cleat_params *p, const char *key,
		 struct cleat_targets *out)
{
	struct expansion x = { .c = c, .p = p, .key = key, .out = out };
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, key) && !err; i++)
		err = expand_one(&x, cleat_param_nth(p, key, i));
	return err;
}

/* ---- one ---------------------------------------------------------------------------------------- */

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

int netns_open(struct cleat *c, const struct cleat_params *p, const char *key)
{
	const char *value = cleat_param(p, key);
	char path[PATH_MAX];
	int fd, err;

	if (strncmp(value, "pid:", 4) == 0 && !is_number(value + 4))
		return cleat_param_error(c, p, key, EINVAL, "'%s' is no process id", value + 4);
	err = find_path(value, path);
	if (err)
		return cleat_param_error(c, p, key, err, "the path is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET)
			return fd;
		close(fd);
		return cleat_param_error(c, p, key, EINVAL, "'%s' is no network namespace", value);
	}
	err = errno;
	if (err == ENOENT && strncmp(value, "pid:", 4) == 0)
		return cleat_param_error(c, p, key, ESRCH, "no process %s", value + 4);
	if (err == ENOENT) {
		cleat_param_error(c, p, key, ENOENT, "no network namespace '%s'", value);
		if (!strchr(value, '/'))
			hint_names(c, value);
		return -ENOENT;
	}
	return cleat_param_error(c, p, key, err, "cannot open '%s': %s", path, strerror(err));
}

struct job {
	int (*run)(void *data);
	void *data;
	int fd, result;
};

static void *work(void *data)
{
	struct job *job = data;

	job->result = setns(job->fd, CLONE_NEWNET) ? -errno : job->run(job->data);
	return NULL;
}

int netns_run(int fd, int (*run)(void *data), void *data)
{
	struct job job = { .run = run, .data = data, .fd = fd };
	sigset_t all, before;
	pthread_t thread;
	int err;

	/* The program's signals stay where they are handled. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread, NULL, work, &job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return -err;
	pthread_join(thread, NULL);
	return job.result;
}

/* Of the links by which a program is attached to a namespace the one after @before others; 0: none. */
static uint32_t link_of(uint32_t program, uint32_t attach_type, ino_t inode, uint32_t before)
{
	struct bpf_link_info info;
	uint32_t id = 0;

	while (linkinfo_next(&id, &info) == 0)
		if (info.type == BPF_LINK_TYPE_NETNS && info.prog_id == program &&
		    info.netns.attach_type == attach_type && info.netns.netns_ino == inode &&
		    before-- == 0)
			return id;
	return 0;
}

/* The kernel tells the programs alone, in the order of attaching, which is that of the links' ids, too. */
static void attached_facts(const uint32_t *programs, uint32_t n, uint32_t attach_type, ino_t inode,
			   struct cleat_facts *out)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t before = 0, link;

		for (uint32_t j = 0; j < i; j++)
			before += programs[j] == programs[i];
		link = link_of(programs[i], attach_type, inode, before);
		cleat_facts_number(out, "program", programs[i]);
		if (link)
			cleat_facts_number(out, "link", link);
	}
}

int netns_query(struct cleat *c, const struct cleat_params *p, const char *key,
		uint32_t attach_type, struct cleat_facts *out)
{
	int fd = netns_open(c, p, key), err;
	struct stat st = { 0 };
	uint32_t ids[MOST];
	union bpf_attr attr = {
		.query = {
			.target_fd = (uint32_t)fd,
			.attach_type = attach_type,
			.prog_ids = (uintptr_t)ids,
			.prog_cnt = MOST,
		},
	};

	if (fd < 0)
		return fd;
	err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	if (!err && fstat(fd, &st))
		err = -errno;
	close(fd);
	if (err)
		return cleat_error_sys(c, err, "cannot ask what is attached to namespace '%s'",
				       cleat_param(p, key));
	attached_facts(ids, attr.query.prog_cnt < MOST ? attr.query.prog_cnt : MOST, attach_type,
		       st.st_ino, out);
	return 0;
}

static bool is_inode(const char *path, uint32_t inode)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_ino == inode;
}

void netns_fact(struct cleat_facts *out, const char *key, uint32_t inode)
{
	char path[PATH_MAX];
	bool found = false;
	struct dirent *e;
	DIR *d = opendir(NAMES);

	while (d && !found && (e = readdir(d))) {
		snprintf(path, sizeof(path), NAMES "/%s", e->d_name);
		found = e->d_name[0] != '.' && is_inode(path, inode);
		if (found)
			cleat_facts_text(out, key, "%s", e->d_name);
	}
	if (d)
		closedir(d);
	if (!found && is_inode(OWN, inode))
		cleat_facts_text(out, key, "self");
	else if (!found)
		cleat_facts_text(out, key, "net:[%u]", inode);
}

int netns_describe(const struct bpf_link_info *info, uint32_t attach_type, const char *key,
		   struct cleat_facts *out)
{
	if (info->type != BPF_LINK_TYPE_NETNS || info->netns.attach_type != attach_type)
		return -ENOENT;
	/* The namespace has gone, and the link holds a program for nothing. */
	if (info->netns.netns_ino)
		netns_fact(out, key, info->netns.netns_ino);
	else
		cleat_facts_bool(out, "detached", true);
	return 0;
}
