/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * uprobe_multi.c - programs at many functions of a user-space binary at once, at their returns, or at
 * both as a session; on kernels that cannot, by a probe for each function.
 *
 * Knows what functions the keys mean, and how such links are described. How they are made is in
 * common/uprobes.c, which file a name means in common/binary.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/binary.h"
#include "common/linkinfo.h"
#include "common/uprobes.h"

static const struct cleat_section sections[] = {
	{ .pattern = "uprobe.multi+", .attach_type = BPF_TRACE_UPROBE_MULTI },
	{ .pattern = "uprobe.multi.s+",
	  .attach_type = BPF_TRACE_UPROBE_MULTI,
	  .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "uretprobe.multi+", .attach_type = BPF_TRACE_UPROBE_MULTI },
	{ .pattern = "uretprobe.multi.s+",
	  .attach_type = BPF_TRACE_UPROBE_MULTI,
	  .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "uprobe.session+", .attach_type = BPF_TRACE_UPROBE_SESSION },
	{ .pattern = "uprobe.session.s+",
	  .attach_type = BPF_TRACE_UPROBE_SESSION,
	  .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	BINARY_KEY,
	{ .name = "function",
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "function in it, NAME[@VERSION][+OFFSET], where * and ? match several" },
	{ .name = "except",
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "functions to leave out of those that were matched; * and ? match several" },
	{ .name = "offset",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "offset in the file" },
	BINARY_KEY_PID,
	BINARY_KEY_PROCESS,
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "number that bpf_get_attach_cookie() gives the program; several: one for each place" },
	{ .name = "semaphore",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_REPEAT,
	  .help = "file offset of a counter that the kernel raises; several: one for each place" },
	UPROBES_KEY_VIA,
};

static bool at_return(const struct cleat_program *prog)
{
	return strncmp(cleat_program_section(prog)->pattern, "uret", 4) == 0;
}

static bool is_session(const struct cleat_program *prog)
{
	return cleat_program_section(prog)->attach_type == BPF_TRACE_UPROBE_SESSION;
}

static bool is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

static bool has_glob(const struct cleat_params *p)
{
	for (size_t i = 0; i < cleat_param_count(p, "function"); i++)
		if (is_glob(cleat_param_nth(p, "function", i)))
			return true;
	return false;
}

/* Of 'key' there may be one for all places or, where the number of places is known, one for each. */
static int check_each(struct cleat *c, const struct cleat_params *p, const char *key)
{
	size_t n = cleat_param_count(p, key);
	size_t places = cleat_param_count(p, "function") + cleat_param_count(p, "offset");

	if (n < 2)
		return 0;
	if (has_glob(p))
		return cleat_param_error(c, p, key, EINVAL,
					 "with a pattern there is one '%s' for all places", key);
	if (n != places)
		return cleat_param_error(c, p, key, EINVAL, "%zu of '%s' for %zu places", n, key,
					 places);
	return 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	int err;

	if (!cleat_param_count(p, "function") && !cleat_param_count(p, "offset")) {
		cleat_param_error(c, p, "binary", EINVAL, "where in '%s'?",
				  cleat_param(p, "binary"));
		cleat_hint(c, "give 'function' or 'offset'");
		return -EINVAL;
	}
	if (is_session(prog) && strcmp(cleat_param(p, "via"), "single") == 0)
		return cleat_param_error(c, p, "via", EINVAL,
					 "a session needs one link for call and return");
	err = check_each(c, p, "cookie");
	if (!err)
		err = check_each(c, p, "semaphore");
	return err ? err : binary_check_pid(c, p);
}

/* A program for the link has a type of its own, and then no single probe takes it. */
static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	if (!is_session(prog) && !uprobes_by_link(cleat_param(p, "via"), BPF_TRACE_UPROBE_MULTI))
		load->attach_type = 0;
	return 0;
}

/* ---- what is meant ------------------------------------------------------------------------------ */

struct search {
	const struct cleat_params *p;
	struct uprobes *out;
};

static bool is_excepted(const struct cleat_params *p, const char *name)
{
	for (size_t i = 0; i < cleat_param_count(p, "except"); i++)
		if (fnmatch(cleat_param_nth(p, "except", i), name, 0) == 0)
			return true;
	return false;
}

/* Several patterns may match one function. */
static bool is_there(const struct uprobes *u, uint64_t offset)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->sites[i].found && u->sites[i].offset == offset)
			return true;
	return false;
}

static int offer(void *user, const char *name, uint64_t offset)
{
	struct search *s = user;
	struct uprobe_site site = { .offset = offset, .name = (char *)name, .found = true };

	if (is_excepted(s->p, name) ||
	    (cleat_param_count(s->p, "function") > 1 && is_there(s->out, offset)))
		return 0;
	return uprobes_add(s->out, &site);
}

static int find_glob(struct cleat *c, const struct cleat_params *p, const char *pattern,
		     struct uprobes *u)
{
	struct search s = { .p = p, .out = u };
	int err = cleat_user_each_function(c, u->path, pattern, offer, &s);

	return err == -ENOMEM ? cleat_error(c, ENOMEM, "out of memory") : err;
}

/* NAME[@VERSION][+OFFSET] */
static int find_name(struct cleat *c, const char *function, struct uprobes *u)
{
	struct uprobe_site site = { .name = (char *)function };
	uint64_t more = 0;
	char *name = binary_split_offset(function, &more);
	int err;

	if (!name)
		return cleat_error(c, ENOMEM, "out of memory");
	err = cleat_user_symbol(c, u->path, name, &site.offset);
	free(name);
	site.offset += more;
	if (!err && uprobes_add(u, &site))
		err = cleat_error(c, ENOMEM, "out of memory");
	return err;
}

static int find_offset(struct cleat *c, const char *text, struct uprobes *u)
{
	struct uprobe_site site = { .offset = strtoull(text, NULL, 0) };

	return uprobes_add(u, &site) ? cleat_error(c, ENOMEM, "out of memory") : 0;
}

/* One value for all, or the i-th. */
static uint64_t value_for(const struct cleat_params *p, const char *key, size_t i)
{
	size_t n = cleat_param_count(p, key);

	return n ? strtoull(cleat_param_nth(p, key, n > 1 ? i : 0), NULL, 0) : 0;
}

static int find_sites(struct cleat *c, const struct cleat_params *p, struct uprobes *u)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "function") && !err; i++) {
		const char *function = cleat_param_nth(p, "function", i);

		err = is_glob(function) ? find_glob(c, p, function, u) : find_name(c, function, u);
	}
	for (size_t i = 0; i < cleat_param_count(p, "offset") && !err; i++)
		err = find_offset(c, cleat_param_nth(p, "offset", i), u);
	if (!err && !u->n)
		return cleat_param_error(c, p, "except", ENOENT,
					 "no function is left of those that '%s' matches",
					 cleat_param_nth(p, "function", 0));
	for (size_t i = 0; i < u->n && !err; i++) {
		u->sites[i].cookie = value_for(p, "cookie", i);
		u->sites[i].semaphore = value_for(p, "semaphore", i);
	}
	return err;
}

static const char *first_of(const struct cleat_params *p)
{
	return cleat_param_count(p, "function") ? cleat_param_nth(p, "function", 0)
						: cleat_param_nth(p, "offset", 0);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat_program *prog = cleat_attach_program(a);
	char path[PATH_MAX], what[480];
	struct uprobes u = {
		.path = path,
		.pid = binary_pid(p),
		.at_return = at_return(prog),
		.session = is_session(prog),
		.via = cleat_param(p, "via"),
		.what = what,
	};
	int err = binary_find(cleat_attach_context(a), p, u.pid, path);

	if (err)
		return err;
	snprintf(what, sizeof(what), "%s %.300s:%.100s",
		 u.session     ? "uprobe session"
		 : u.at_return ? "uretprobes"
			       : "uprobes",
		 path, first_of(p));
	err = find_sites(cleat_attach_context(a), p, &u);
	if (!err)
		err = uprobes_attach(a, p, &u);
	uprobes_free(&u);
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

/* One of the places that the keys name is one of the link's. */
static bool is_meant(void *user, const struct cleat_facts *facts)
{
	const struct uprobes *u = user;
	const struct cleat_fact *f;

	if (!binary_is(facts, u->path))
		return false;
	for (size_t i = 0; u->n && (f = cleat_facts_get(facts, i)); i++)
		for (size_t k = 0; k < u->n; k++)
			if (strcmp(f->name, "offset") == 0 && f->number == u->sites[k].offset)
				return true;
	return !u->n;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	char path[PATH_MAX];
	struct uprobes u = { .path = path, .pid = binary_pid(p) };
	bool anywhere = !cleat_param_count(p, "function") && !cleat_param_count(p, "offset");
	int err = binary_check_pid(c, p);

	if (!err)
		err = binary_find(c, p, u.pid, path);
	if (!err && !anywhere)
		err = find_sites(c, p, &u);
	if (!err)
		err = cleat_query_links(c, p, is_meant, &u, out);
	uprobes_free(&u);
	return err;
}

struct places {
	uint64_t *offsets, *semaphores, *cookies;
};

static void say_places(const struct bpf_link_info *full, const struct places *places,
		       struct cleat_facts *out)
{
	uint32_t n = full->uprobe_multi.count;

	for (uint32_t i = 0; i < n; i++) {
		cleat_facts_number(out, "offset", places->offsets[i]);
		if (places->semaphores[i])
			cleat_facts_number(out, "semaphore", places->semaphores[i]);
		if (places->cookies[i])
			cleat_facts_number(out, "cookie", places->cookies[i]);
	}
	if (n > 1)
		cleat_facts_number(out, "places", n);
}

static void say(const struct bpf_link_info *full, const char *path, struct cleat_facts *out)
{
	bool ret = full->uprobe_multi.flags & BPF_F_UPROBE_MULTI_RETURN;

	cleat_facts_text(out, "attach", "%s", ret ? "uretprobe.multi" : "uprobe.multi");
	cleat_facts_text(out, "binary", "%s", path);
	if (full->uprobe_multi.pid)
		cleat_facts_number(out, "pid", full->uprobe_multi.pid);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	size_t n = (size_t)info->uprobe_multi.count + 1;
	struct bpf_link_info full = { 0 };
	struct places places;
	char path[PATH_MAX] = "";

	(void)size;
	if (info->type != BPF_LINK_TYPE_UPROBE_MULTI)
		return -ENOENT;
	places = (struct places) {
		.offsets = calloc(n, sizeof(uint64_t)),
		.semaphores = calloc(n, sizeof(uint64_t)),
		.cookies = calloc(n, sizeof(uint64_t)),
	};
	full.uprobe_multi.path = (uintptr_t)path;
	full.uprobe_multi.path_size = sizeof(path);
	full.uprobe_multi.offsets = (uintptr_t)places.offsets;
	full.uprobe_multi.ref_ctr_offsets = (uintptr_t)places.semaphores;
	full.uprobe_multi.cookies = (uintptr_t)places.cookies;
	full.uprobe_multi.count = info->uprobe_multi.count;
	if (places.offsets && places.semaphores && places.cookies &&
	    linkinfo_again(c, &full) == 0) {
		say(&full, path, out);
		say_places(&full, &places, out);
	} else {
		say(info, "?", out);
	}
	free(places.offsets);
	free(places.semaphores);
	free(places.cookies);
	return 0;
}

static const struct cleat_program_plugin uprobe_multi = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "uprobe_multi",
			   "many functions of a user-space binary at once, and their returns"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_KPROBE,
	.ctx_type = "bpf_user_pt_regs_t",
	.parse_target = binary_parse_target,
	.check = check,
	.prepare = prepare,
	.expand = binary_expand,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(uprobe_multi)
