/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * look.c - is what a record says still so. Asks the kernel, changes nothing.
 */
#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

static bool is_key(const struct plugin *p, const char *name)
{
	for (size_t i = 0; i < p->n_keys; i++)
		if (streq(p->keys[i].name, name))
			return true;
	return false;
}

/* Counters and the like are no keys: they are left out. */
static char *key_words(const struct plugin *p, const struct cleat_facts *facts)
{
	const struct cleat_fact *f;
	struct buf text = { 0 };

	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++)
		if (is_key(p, f->name))
			buf_printf(&text, "%s%s=%s", text.len ? " " : "", f->name, f->text);
	return buf_take(&text);
}

char *look_describe(struct cleat *c, const char *plugin, int fd)
{
	size_t before = report_count(c->report);
	struct bpf_link_info info = { 0 };
	struct cleat_facts *facts;
	uint32_t size = sizeof(info);
	struct plugin *p = NULL;
	char *text = NULL;

	if (!*plugin || sys_obj_info(fd, &info, &size) || program_plugin(c, plugin, &p) ||
	    !p->program->describe) {
		report_drop(c->report, before);
		return NULL;
	}
	facts = cleat_facts_new();
	c->describe_fd = fd;
	if (facts && p->program->describe(c, &info, size, facts) == 0)
		text = key_words(p, facts);
	c->describe_fd = -1;
	cleat_facts_free(facts);
	/* What could not be found out is left out, and no error. */
	report_drop(c->report, before);
	return text;
}

static enum look look_for(const char *path, uint32_t id)
{
	_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	uint32_t has;

	if (fd < 0 || sys_obj_id(fd, &has))
		return LOOK_GONE;
	return has == id ? LOOK_RIGHT : LOOK_CHANGED;
}

static enum look look_at_pin(struct cleat *c, const struct record_link *l, const char *path,
			     uint32_t program)
{
	_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	struct bpf_link_info info = { 0 };
	_free_ char *seen = NULL;
	uint32_t size = sizeof(info);

	if (fd < 0 || sys_obj_info(fd, &info, &size))
		return LOOK_GONE;
	if (program && info.prog_id != program)
		return LOOK_CHANGED;
	seen = look_describe(c, l->plugin, fd);
	return streq(seen ? seen : "", l->seen) ? LOOK_RIGHT : LOOK_GONE;
}

static enum look look_for_loose(struct cleat *c, const char *root, const struct record *rec,
				const struct record_link *l)
{
	struct loose *lo;
	enum look look = LOOK_GONE;

	if (loose_find(c, root, rec, l, &lo) == 0 && lo->links.n == l->loose)
		look = LOOK_RIGHT;
	loose_free(lo, false);
	return look;
}

static enum look look_at_link(struct cleat *c, const char *root, const struct record *rec,
			      const struct record_link *l)
{
	const struct record_program *p = record_program(rec, l->of);
	const bool none = l->left_out || (p && p->left_out);
	enum look look = l->pins || l->loose || none ? LOOK_RIGHT : LOOK_GONE;

	for (uint32_t i = 0; i < l->pins && look == LOOK_RIGHT; i++) {
		_free_ char *path = link_pin_path(root, rec->unit, l, i);

		look = look_at_pin(c, l, path, p ? p->id : 0);
	}
	if (l->loose && look == LOOK_RIGHT)
		look = look_for_loose(c, root, rec, l);
	return look;
}

void look_at(struct cleat *c, const char *root, struct record *rec)
{
	for (size_t i = 0; i < rec->programs.n; i++) {
		struct record_program *p = &rec->programs.v[i];
		_free_ char *path = state_path(root, rec->unit, STATE_PROGRAMS, p->name);

		p->look = p->left_out ? LOOK_RIGHT : look_for(path, p->id);
	}
	for (size_t i = 0; i < rec->maps.n; i++) {
		struct record_map *m = &rec->maps.v[i];
		_free_ char *path = state_path(root, rec->unit, STATE_MAPS, m->name);

		m->look = look_for(path, m->id);
	}
	for (size_t i = 0; i < rec->links.n; i++)
		rec->links.v[i].look = look_at_link(c, root, rec, &rec->links.v[i]);
}
