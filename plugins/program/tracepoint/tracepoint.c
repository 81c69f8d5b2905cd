/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tracepoint.c - programs on static tracepoints, through perf events.
 *
 * Knows tracefs' events directory and perf's tracepoint type; a tracepoint's record format is the
 * program's business.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <glob.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/linkinfo.h"

static const struct cleat_section sections[] = {
	{ .pattern = "tracepoint+" },
	{ .pattern = "tp+" },
	{ .pattern = "tracepoint.s+", .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "tp.s+", .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	{ .name = "event", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,
	  .help = "tracepoint as CATEGORY/NAME; * and ? match several" },
	{ .name = "cookie", .type = CLEAT_TYPE_UINT, .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program" },
};

/* "category/name" of a path that ends in it. */
static const char *event_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash && slash > path && slash[-1] != '/')
		slash--;
	return slash ? slash : path;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)section;
	if (!*text)
		return 0; /* the unit says which */
	if (!strchr(text, '/'))
		return cleat_error(c, EINVAL, "section text '%s' is not CATEGORY/NAME", text);
	return cleat_param_set(p, "event", text);
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; i < cleat_param_count(p, "event"); i++) {
		const char *event = cleat_param_nth(p, "event", i);
		const char *slash = strchr(event, '/');

		const char *colon = strchr(event, ':');

		if (slash && slash != event && slash[1] && !strchr(slash + 1, '/') &&
		    !strstr(event, ".."))
			continue;
		cleat_param_error(c, p, "event", EINVAL, "event '%s' is not CATEGORY/NAME", event);
		if (!slash && colon && colon != event && colon[1])
			cleat_hint(c, "write '%.*s/%s'", (int)(colon - event), event, colon + 1);
		return -EINVAL;
	}
	return 0;
}

/* All events that match a pattern, as "category/name" in place of their paths. */
static int find_events(const char *tracefs, const char *event, glob_t *found)
{
	char *pattern = NULL;
	int err;

	memset(found, 0, sizeof(*found));
	if (asprintf(&pattern, "%s/events/%s/id", tracefs, event) < 0)
		return -ENOMEM;
	err = glob(pattern, 0, NULL, found);
	free(pattern);
	for (size_t i = 0; i < found->gl_pathc; i++) {
		char *path = found->gl_pathv[i];

		path[strlen(path) - strlen("/id")] = '\0';
	}
	return err == GLOB_NOSPACE ? -ENOMEM : found->gl_pathc ? 0 : -ENOENT;
}

/* The nearest event of the same category, or of all. */
static void hint_event(struct cleat *c, const char *tracefs, const char *event)
{
	const char **names;
	char *category = NULL;
	glob_t found;

	if (asprintf(&category, "%.*s/*", (int)(strchr(event, '/') - event), event) < 0)
		return;
	if (find_events(tracefs, category, &found)) {
		globfree(&found);
		find_events(tracefs, "*/*", &found);
	}
	free(category);
	names = calloc(found.gl_pathc + 1, sizeof(*names));
	for (size_t i = 0; names && i < found.gl_pathc; i++)
		names[i] = event_of(found.gl_pathv[i]);
	if (names)
		cleat_hint_nearest(c, event, names, found.gl_pathc);
	free(names);
	globfree(&found);
}

/* Why there is nothing: no such event, or we may not look. */
static int none_found(struct cleat *c, const struct cleat_params *p, const char *tracefs,
		      const char *event)
{
	char *events = NULL;
	bool hidden;
	int err;

	if (asprintf(&events, "%s/events", tracefs) < 0)
		return cleat_error(c, ENOMEM, "out of memory");
	hidden = access(events, R_OK | X_OK) != 0;
	err = hidden ? errno : ENOENT;
	if (hidden) {
		cleat_error_sys(c, err, "cannot read %s", events);
	} else {
		cleat_param_error(c, p, "event", ENOENT, "this kernel has no tracepoint '%s'", event);
		hint_event(c, tracefs, event);
	}
	free(events);
	return -err;
}

static int expand_one(struct cleat *c, const struct cleat_params *p, const char *event,
		      struct cleat_targets *out)
{
	const char *tracefs = cleat_tracefs(c);
	glob_t found;
	int err;

	if (!tracefs)
		return -ENOENT;
	err = find_events(tracefs, event, &found);
	if (err == -ENOENT)
		err = none_found(c, p, tracefs, event);
	else if (err)
		err = cleat_error(c, ENOMEM, "out of memory");
	for (size_t i = 0; i < found.gl_pathc && !err; i++) {
		struct cleat_params *target = cleat_targets_add(out, p);

		err = target ? cleat_param_set(target, "event", event_of(found.gl_pathv[i])) :
			       cleat_error(c, ENOMEM, "out of memory");
	}
	globfree(&found);
	return err;
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "event") && !err; i++)
		err = expand_one(cleat_program_context(prog), p, cleat_param_nth(p, "event", i),
				 out);
	return err;
}

/* perf's number of a tracepoint, or a negative errno. */
static int64_t event_id(struct cleat *c, const char *event)
{
	const char *tracefs = cleat_tracefs(c);
	long long id = -EINVAL;
	char *path = NULL;
	FILE *f;

	if (!tracefs || asprintf(&path, "%s/events/%s/id", tracefs, event) < 0)
		return -ENOENT;
	f = fopen(path, "re");
	if (!f)
		id = -errno;
	else if (fscanf(f, "%lld", &id) != 1)
		id = -EINVAL;
	if (f)
		fclose(f);
	free(path);
	return id;
}

/* The tracepoint as a perf event, or -errno after saying why. */
static int open_event(struct cleat *c, const char *event)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	int64_t id = event_id(c, event);
	int fd;

	if (id < 0)
		return cleat_error_sys(c, (int)id, "cannot read the number of tracepoint '%s'",
				       event);
	attr.config = (uint64_t)id;
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	/* One CPU is enough: a program on a tracepoint's perf event runs for all of them. */
	fd = cleat_sys_perf_open(&attr, -1, 0, 0);
	return fd < 0 ? cleat_error_sys(c, fd, "cannot open tracepoint '%s'", event) : fd;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *event = cleat_param(p, "event");
	int fd = open_event(c, event), err;

	if (fd < 0)
		return fd;
	err = cleat_attach_perf(a, fd, cleat_param_uint(p, "cookie"), "tracepoint %s", event);
	if (!err)
		return 0;
	cleat_error_sys(c, err, "cannot attach to tracepoint '%s'", event);
	if (err == -EACCES)
		cleat_hint(c, "the program reads past the end of its record: see %s/events/%s/format",
			   cleat_tracefs(c), event);
	else if (err == -E2BIG)
		cleat_hint(c, "a tracepoint takes 64 programs, and has them");
	else if (err == -EINVAL && cleat_param_uint(p, "cookie"))
		cleat_hint(c, "cookies need kernel 5.15");
	return err;
}

#define PROGRAMS_MAX 64 /* the kernel's BPF_TRACE_MAX_PROGS */

static int query_one(struct cleat *c, const char *event, struct cleat_facts *out)
{
	struct perf_event_query_bpf *query;
	int fd = open_event(c, event), err = 0;

	if (fd < 0)
		return fd;
	query = calloc(1, sizeof(*query) + PROGRAMS_MAX * sizeof(query->ids[0]));
	if (query)
		query->ids_len = PROGRAMS_MAX;
	if (!query)
		err = cleat_error(c, ENOMEM, "out of memory");
	else if (ioctl(fd, PERF_EVENT_IOC_QUERY_BPF, query))
		err = cleat_error_sys(c, errno, "cannot ask for the programs on tracepoint '%s'",
				      event);
	for (uint32_t i = 0; !err && i < query->prog_cnt && i < PROGRAMS_MAX; i++)
		err = cleat_facts_number(out, "program", query->ids[i]);
	free(query);
	close(fd);
	return err;
}

/* The programs of all the events that the keys name, in the order in which they run. */
static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	const char *tracefs = cleat_tracefs(c);
	int err = tracefs ? 0 : -ENOENT;

	for (size_t i = 0; i < cleat_param_count(p, "event") && !err; i++) {
		const char *event = cleat_param_nth(p, "event", i);
		glob_t found;

		err = find_events(tracefs, event, &found);
		if (err)
			err = none_found(c, p, tracefs, event);
		for (size_t k = 0; k < found.gl_pathc && !err; k++)
			err = query_one(c, event_of(found.gl_pathv[k]), out);
		globfree(&found);
	}
	return err;
}

/* The kernel has the name alone; the category is where an event of this name lies. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full = { 0 };
	char name[128] = "", *pattern = NULL;
	const char *tracefs;
	glob_t found;

	(void)size;
	if (!linkinfo_is_perf(info, BPF_PERF_EVENT_TRACEPOINT))
		return -ENOENT;
	full.perf_event.tracepoint.tp_name = (uintptr_t)name;
	full.perf_event.tracepoint.name_len = sizeof(name);
	if (linkinfo_again(c, &full))
		return -ENOENT;
	tracefs = cleat_tracefs(c);
	if (!tracefs || asprintf(&pattern, "*/%s", name) < 0) {
		cleat_facts_text(out, "event", "%s", name);
	} else {
		find_events(tracefs, pattern, &found);
		cleat_facts_text(out, "event", "%s",
				 found.gl_pathc == 1 ? event_of(found.gl_pathv[0]) : name);
		globfree(&found);
		free(pattern);
	}
	if (full.perf_event.tracepoint.cookie)
		cleat_facts_number(out, "cookie", full.perf_event.tracepoint.cookie);
	return 0;
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)p;
	cleat_foresee_perf(cleat_program_context(prog), way);
	return 0;
}

static const struct cleat_program_plugin tracepoint = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "tracepoint",
			   "static tracepoints of the kernel"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_TRACEPOINT,
	.ctx_type = "__u64",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.query = query,
	.describe = describe,
	.foresee = foresee,
};
CLEAT_PLUGIN(tracepoint)
