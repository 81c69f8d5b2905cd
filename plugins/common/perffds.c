/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perffds.c - perf events with programs, by the descriptors of all processes; see perffds.h.
 *
 * Knows /proc and the one command that asks about a process's descriptor; refuses to know what a
 * probe's place means.
 */
#include "common/perffds.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/fds.h"

struct search {
	const struct cleat_params *p;
	bool (*say)(const struct perffd *fd, struct cleat_facts *facts);
	bool (*is_meant)(void *user, const struct cleat_facts *facts);
	void *user;
	struct cleat_facts *out;
	int pid; /* whose descriptors these are */
	int err; /* what went wrong; a process that cannot be looked into is no error */
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

static int tell(const struct search *s, uint32_t program, const struct cleat_facts *facts)
{
	int err = cleat_facts_number(s->out, "program", program);

	for (size_t i = 0; i < cleat_facts_count(facts) && !err; i++)
		err = copy(s->out, cleat_facts_get(facts, i));
	return err ? err : cleat_facts_number(s->out, "process", (uint64_t)s->pid);
}

static int look_at(void *user, int number)
{
	struct search *s = user;
	char name[PATH_MAX] = "";
	union bpf_attr attr = {
		.task_fd_query = { .pid = (uint32_t)s->pid,
				   .fd = (uint32_t)number,
				   .buf_len = sizeof(name),
				   .buf = (uintptr_t)name },
	};
	struct cleat_facts *facts;
	struct perffd fd;

	s->err = cleat_sys_bpf(BPF_TASK_FD_QUERY, &attr, sizeof(attr));
	/* Without a program, of another kind, or gone since. */
	if (s->err) {
		s->err = s->err == -EPERM ? s->err : 0;
		return s->err;
	}
	fd = (struct perffd) { .kind = attr.task_fd_query.fd_type,
			       .name = name,
			       .offset = attr.task_fd_query.probe_offset,
			       .address = attr.task_fd_query.probe_addr };
	facts = cleat_facts_new();
	if (!facts)
		return s->err = -ENOMEM;
	if (s->say(&fd, facts) &&
	    (s->is_meant ? s->is_meant(s->user, facts) : cleat_query_agrees(s->p, facts)) &&
	    !is_told(s->out, attr.task_fd_query.prog_id, facts))
		s->err = tell(s, attr.task_fd_query.prog_id, facts);
	cleat_facts_free(facts);
	return s->err;
}

int perffds_query(struct cleat *c, const struct cleat_params *p,
		  bool (*say)(const struct perffd *fd, struct cleat_facts *facts),
		  bool (*is_meant)(void *user, const struct cleat_facts *facts), void *user,
		  struct cleat_facts *out)
{
	struct search s = { .p = p, .say = say, .is_meant = is_meant, .user = user, .out = out };
	int err = cleat_query_links(c, p, is_meant, user, out);
	struct dirent *entry;
	DIR *processes;

	if (err)
		return err;
	processes = opendir("/proc");
	while (processes && !s.err && (entry = readdir(processes))) {
		s.pid = atoi(entry->d_name);
		if (s.pid > 0)
			fds_each(s.pid, "anon_inode:[perf_event]", look_at, &s);
	}
	if (processes)
		closedir(processes);
	return s.err ? cleat_error_sys(c, s.err, "cannot ask for the programs on other processes' probes")
		     : 0;
}
