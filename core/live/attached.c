/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * attached.c - who is attached where some keys of a plugin point. The plugin knows what its keys mean; of
 * one that only describes links, those that agree with the keys are told.
 */
#include <fnmatch.h>

#include "kernel/bpf.h"
#include "live/context.h"

/* A value as 'describe' tells it, or a pattern of such. */
static bool agrees(const struct cleat_fact *f, const char *value)
{
	char *end;
	uint64_t number;

	if (f->kind != CLEAT_FACT_NUMBER)
		return fnmatch(value, f->text, 0) == 0;
	number = strtoull(value, &end, 0);
	return !*end && number == f->number;
}

static bool has(const struct cleat_facts *facts, const char *key, const char *value)
{
	const struct cleat_fact *f;

	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++)
		if (streq(f->name, key) && agrees(f, value))
			return true;
	return false;
}

CLEAT_API bool cleat_query_agrees(const struct cleat_params *p, const struct cleat_facts *facts)
{
	const char *key, *value;

	for (size_t i = 0; params_at(p, i, &key, &value); i++) {
		bool found = false;

		for (size_t k = 0; k < cleat_param_count(p, key) && !found; k++)
			found = has(facts, key, cleat_param_nth(p, key, k));
		if (!found)
			return false;
	}
	return true;
}

struct query {
	struct cleat *c;
	const struct cleat_program_plugin *plugin;
	const struct cleat_params *params;
	bool (*is_meant)(void *user, const struct cleat_facts *facts);
	void *user;
	struct cleat_facts *out;
};

static int tell(const struct query *q, const struct bpf_link_info *info,
		const struct cleat_facts *facts)
{
	int err = cleat_facts_number(q->out, "program", info->prog_id);

	for (size_t i = 0; i < cleat_facts_count(facts) && !err; i++)
		err = facts_copy(q->out, cleat_facts_get(facts, i));
	return err ? err : cleat_facts_number(q->out, "link", info->id);
}

static int query_link(const struct query *q, int fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);
	struct cleat_facts *facts;
	int err = sys_obj_info(fd, &info, &size);

	if (err)
		return err;
	facts = cleat_facts_new();
	if (!facts)
		return -ENOMEM;
	q->c->describe_fd = fd;
	if (q->plugin->describe(q->c, &info, size, facts) == 0 &&
	    (q->is_meant ? q->is_meant(q->user, facts) : cleat_query_agrees(q->params, facts)))
		err = tell(q, &info, facts);
	q->c->describe_fd = -1;
	cleat_facts_free(facts);
	return err;
}

static int query_links(const struct query *q)
{
	size_t before = report_count(q->c->report);
	uint32_t id = 0;
	int err = 0;

	while (!err && (err = sys_next_id(BPF_LINK_GET_NEXT_ID, id, &id)) == 0) {
		_close_ int fd = sys_fd_by_id(BPF_LINK_GET_FD_BY_ID, id);

		if (fd >= 0)
			err = query_link(q, fd);
		else if (fd != -ENOENT) /* gone since */
			err = fd;
	}
	/* What 'describe' could not find out is no error. */
	report_drop(q->c->report, before);
	if (err == -ENOENT)
		return 0;
	report_sys(q->c->report, err, "cannot list the links in the kernel");
	if (err == -EPERM)
		report_hint(q->c->report, "needs CAP_SYS_ADMIN; see CAPABILITIES in cleat(8)");
	return err;
}

CLEAT_API int cleat_query_links(struct cleat *c, const struct cleat_params *p,
				bool (*is_meant)(void *user, const struct cleat_facts *facts),
				void *user, struct cleat_facts *out)
{
	struct query q = { .c = c, .plugin = c->asked, .params = p,
			   .is_meant = is_meant, .user = user, .out = out };

	return c->asked && c->asked->describe ? query_links(&q) : -EOPNOTSUPP;
}

static int cannot_tell(struct cleat *c, const char *plugin)
{
	report_error(c->report, EOPNOTSUPP, "plugin '%s' cannot tell what is attached", plugin);
	report_hint(c->report,
		    "'cleat list links' shows all links, with what they are attached to");
	return -EOPNOTSUPP;
}

CLEAT_API int cleat_kernel_attached(struct cleat *c, const char *plugin, const char *const *params,
				    struct cleat_facts *out)
{
	struct cleat_params *all;
	struct plugin *p;
	int err;

	OPERATION(c);
	err = program_plugin(c, plugin, &p);
	if (err)
		return err;
	if (!p->program->query && !p->program->describe)
		return cannot_tell(c, plugin);
	all = params_new(p->keys, p->n_keys, NULL, 0, p->name);
	if (!all)
		return report_oom(c->report);
	params_report(all, c->report);
	for (; params && *params && !err; params++)
		err = params_set_text(all, *params, 0, c->report);
	c->asked = p->program;
	/* Of links all may be asked for; a place is needed where the kernel is asked about it. */
	if (!err && !p->program->query)
		err = cleat_query_links(c, all, NULL, NULL, out);
	else if (!err)
		err = params_complete(all, c->report) ?: p->program->query(c, all, out);
	c->asked = NULL;
	params_free(all);
	return err;
}
