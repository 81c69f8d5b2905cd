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

		if (!slash || slash == event || !slash[1] || strchr(slash + 1, '/') ||
		    strstr(event, ".."))
			return cleat_param_error(c, p, "event", EINVAL,
						 "event '%s' is not CATEGORY/NAME", event);
	}
	return 0;
}

/* The nearest event of the same category, or the nearest category. */
static void hint_event(struct cleat *c, const char *tracefs, const char *event)
{
	char *pattern = NULL;
	const char *slash = strchr(event, '/');
	glob_t found = { 0 };

	if (asprintf(&pattern, "%s/events/%.*s/*/id", tracefs, (int)(slash - event), event) < 0)
		return;
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		const char **names = calloc(found.gl_pathc, sizeof(*names));

		for (size_t i = 0; names && i < found.gl_pathc; i++) {
			found.gl_pathv[i][strlen(found.gl_pathv[i]) - strlen("/id")] = '\0';
			names[i] = event_of(found.gl_pathv[i]);
		}
		if (names)
			cleat_hint_nearest(c, event, names, found.gl_pathc);
		free(names);
	} else {
		cleat_hint(c, "the categories are the directories in %s/events", tracefs);
	}
	globfree(&found);
	free(pattern);
}

static int expand_one(struct cleat *c, const struct cleat_params *p, const char *event,
		      struct cleat_targets *out)
{
	const char *tracefs = cleat_tracefs(c);
	glob_t found = { 0 };
	char *pattern = NULL;
	int err = 0;

	if (!tracefs)
		return -ENOENT;
	if (asprintf(&pattern, "%s/events/%s/id", tracefs, event) < 0)
		return cleat_error(c, ENOMEM, "out of memory");
	if (glob(pattern, 0, NULL, &found) != 0) {
		err = cleat_param_error(c, p, "event", ENOENT, "no tracepoint '%s'", event);
		hint_event(c, tracefs, event);
	}
	for (size_t i = 0; i < found.gl_pathc && !err; i++) {
		struct cleat_params *target = cleat_targets_add(out, p);

		found.gl_pathv[i][strlen(found.gl_pathv[i]) - strlen("/id")] = '\0';
		err = target ? cleat_param_set(target, "event", event_of(found.gl_pathv[i])) :
			       cleat_error(c, ENOMEM, "out of memory");
	}
	globfree(&found);
	free(pattern);
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

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *event = cleat_param(p, "event");
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	int64_t id = event_id(c, event);
	int fd, err;

	if (id < 0)
		return cleat_error_sys(c, (int)id, "cannot read the number of tracepoint '%s'",
				       event);
	attr.config = (uint64_t)id;
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	/* One CPU is enough: a program on a tracepoint's perf event runs for all of them. */
	fd = cleat_sys_perf_open(&attr, -1, 0, 0);
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open tracepoint '%s'", event);
	err = cleat_attach_perf(a, fd, cleat_param_uint(p, "cookie"), "tracepoint %s", event);
	if (err)
		cleat_error_sys(c, err, "cannot attach to tracepoint '%s'", event);
	return err;
}

/* The kernel has the name alone; the category is where an event of this name lies. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_link_info full = { 0 };
	char name[128] = "", *pattern = NULL;
	const char *tracefs;
	glob_t found = { 0 };

	(void)size;
	if (!linkinfo_is_perf(info, BPF_PERF_EVENT_TRACEPOINT))
		return -ENOENT;
	full.perf_event.tracepoint.tp_name = (uintptr_t)name;
	full.perf_event.tracepoint.name_len = sizeof(name);
	if (linkinfo_again(c, &full))
		return -ENOENT;
	tracefs = cleat_tracefs(c);
	if (tracefs && asprintf(&pattern, "%s/events/*/%s/id", tracefs, name) > 0 &&
	    glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1) {
		found.gl_pathv[0][strlen(found.gl_pathv[0]) - strlen("/id")] = '\0';
		cleat_facts_text(out, "event", "%s", event_of(found.gl_pathv[0]));
	} else {
		cleat_facts_text(out, "event", "%s", name);
	}
	globfree(&found);
	free(pattern);
	if (full.perf_event.tracepoint.cookie)
		cleat_facts_number(out, "cookie", full.perf_event.tracepoint.cookie);
	return 0;
}

static const struct cleat_program_plugin tracepoint = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "tracepoint",
			   "static tracepoints of the kernel"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_TRACEPOINT,
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.describe = describe,
};
CLEAT_PLUGIN(tracepoint)
