/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perffds.c - perf events with programs, by the descriptors of all processes; see perffds.h.
 *
 * Knows /proc and the one command that asks about a process's descriptor; refuses to know what a
 * probe's place means.
 */
#include "common/perffds.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct search {
	struct cleat *c;
	const struct cleat_params *p;
	bool (*say)(const struct perffd *fd, struct cleat_facts *facts);
	bool (*is_meant)(void *user, const struct cleat_facts *facts);
	void *user;
	struct cleat_facts *out;
};

static int copy(struct cleat_facts *to, const struct cleat_fact *f)
{
	return f->kind == CLEAT_FACT_NUMBER ? cleat_facts_number(to, f->name, f->number)
					    : cleat_facts_text(to, f->name, "%s", f->text);
}

/* Is the fact among those from number @i on, until the next program begins. */
static bool is_among(const struct cleat_facts *all, size_t i, const struct cleat_fact *wanted)
{
	const struct cleat_fact *f;

	for (; (f = cleat_facts_get(all, i)) && strcmp(f->name, "program") != 0; i++)
		if (strcmp(f->name, wanted->name) == 0 && strcmp(f->text, wanted->text) == 0)
			return true;
	return false;
}

/* Links that we have been told of are held by descriptors of perf events, too. */
static bool is_told(const struct cleat_facts *all, uint32_t program, const struct cleat_facts *facts)
{
	const struct cleat_fact *f;

	for (size_t i = 0; (f = cleat_facts_get(all, i)); i++) {
		size_t same = 0, n = cleat_facts_count(facts);

		if (strcmp(f->name, "program") != 0 || f->number != program)
			continue;
		while (same < n && is_among(all, i + 1, cleat_facts_get(facts, same)))
			same++;
		if (same == n)
			return true;
	}
	return false;
}

static int tell(const struct search *s, uint32_t program, int pid, const struct cleat_facts *facts)
{
	int err = cleat_facts_number(s->out, "program", program);

	for (size_t i = 0; i < cleat_facts_count(facts) && !err; i++)
		err = copy(s->out, cleat_facts_get(facts, i));
	return err ? err : cleat_facts_number(s->out, "process", (uint64_t)pid);
}

static int look_at(const struct search *s, int pid, int number)
{
	char name[PATH_MAX] = "";
	union bpf_attr attr = {
		.task_fd_query = { .pid = (uint32_t)pid,
				   .fd = (uint32_t)number,
				   .buf_len = sizeof(name),
				   .buf = (uintptr_t)name },
	};
	struct cleat_facts *facts;
	struct perffd fd;
	int err = cleat_sys_bpf(BPF_TASK_FD_QUERY, &attr, sizeof(attr));

	/* Without a program, of another kind, or gone since. */
	if (err)
		return err == -EPERM ? err : 0;
	fd = (struct perffd) { .kind = attr.task_fd_query.fd_type,
			       .name = name,
			       .offset = attr.task_fd_query.probe_offset,
			       .address = attr.task_fd_query.probe_addr };
	facts = cleat_facts_new();
	if (!facts)
		return -ENOMEM;
	if (s->say(&fd, facts) &&
	    (s->is_meant ? s->is_meant(s->user, facts) : cleat_query_agrees(s->p, facts)) &&
	    !is_told(s->out, attr.task_fd_query.prog_id, facts))
		err = tell(s, attr.task_fd_query.prog_id, pid, facts);
	cleat_facts_free(facts);
	return err;
}

static bool is_perf_event(int dir, const char *name)
{
	static const char target[] = "anon_inode:[perf_event]";
	char link[sizeof(target)];

	return readlinkat(dir, name, link, sizeof(link)) == (ssize_t)strlen(target) &&
	       memcmp(link, target, strlen(target)) == 0;
}

static int look_into(const struct search *s, int pid)
{
	char path[32];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) && is_perf_event(dirfd(dir), entry->d_name))
			err = look_at(s, pid, atoi(entry->d_name));
	if (dir)
		closedir(dir);
	return err;
}

int perffds_query(struct cleat *c, const struct cleat_params *p,
		  bool (*say)(const struct perffd *fd, struct cleat_facts *facts),
		  bool (*is_meant)(void *user, const struct cleat_facts *facts), void *user,
		  struct cleat_facts *out)
{
	const struct search s = { c, p, say, is_meant, user, out };
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	while (processes && !err && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = look_into(&s, atoi(entry->d_name));
	if (processes)
		closedir(processes);
	return err ? cleat_error_sys(c, err, "cannot ask for the programs on other processes' probes")
		   : 0;
}
