/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * program.c - a program's handle: which plugin it is of, its keys, what is known of it.
 */
#include "kernel/bpf.h"
#include "kernel/names.h"
#include "live/context.h"

static int resolve(struct cleat_program *p)
{
	struct cleat *c = p->object->c;
	const struct cleat_program_plugin *plugin;
	const char *rest;
	int err;

	err = registry_for_section(c->registry, p->section, &p->plugin, &p->entry, &rest,
				   c->report);
	if (err)
		return err;
	plugin = p->plugin->program;
	p->params = params_new(p->plugin->keys, p->plugin->n_keys, NULL, 0, p->plugin->name);
	if (!p->params)
		return report_oom(c->report);
	params_report(p->params, c->report);
	if (plugin->parse_target)
		return plugin->parse_target(c, p->params, p->entry, rest);
	if (*rest && !(p->entry->flags & CLEAT_SECTION_ANY_TEXT))
		return report_error(c->report, EINVAL,
				    "plugin '%s' takes no text in section names: '%s' in '%s'",
				    p->plugin->name, rest, p->section);
	return 0;
}

int program_resolve(struct cleat_program *p)
{
	if (!p->resolved) {
		REPORT_IN(p->object->c->report, REPORT_OBJECT, p->object->path);
		REPORT_IN(p->object->c->report, REPORT_PROGRAM, p->spec->name);
		p->resolve_error = resolve(p);
		p->resolved = true;
	} else if (p->resolve_error) {
		/* Said once; the outermost operation may have forgotten it. */
		if (!report_errors(p->object->c->report)) {
			p->resolved = false;
			params_free(p->params);
			p->params = NULL;
			return program_resolve(p);
		}
	}
	return p->resolve_error;
}

void program_release(struct cleat_program *p)
{
	cleat_program_unload(p);
	params_free(p->params);
	free(p->own_section);
	free(p->log);
	free(p->left_out);
}

CLEAT_API const char *cleat_program_name(const struct cleat_program *p)
{
	return p->spec->name;
}

CLEAT_API struct cleat_object *cleat_program_object(const struct cleat_program *p)
{
	return p->object;
}

CLEAT_API struct cleat *cleat_program_context(const struct cleat_program *p)
{
	return p->object->c;
}

CLEAT_API const struct cleat_section *cleat_program_section(const struct cleat_program *p)
{
	return p->entry;
}

CLEAT_API const char *cleat_program_keep(struct cleat_program *p, const char *fmt, ...)
{
	struct buf text _buf_free_ = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	return text.failed ? NULL : arena_dup(p->object->spec->arena, text.data ? text.data : "");
}

CLEAT_API int cleat_program_fd(const struct cleat_program *p)
{
	return p->fd;
}

CLEAT_API const char *cleat_program_log(const struct cleat_program *p)
{
	return p->log;
}

/* The end of it, where the verdict is. */
void program_give_log(const struct cleat_program *p, const char *text)
{
	size_t n = strlen(text), kept = MIN(n + 1, p->log_to_bytes);

	if (kept)
		memcpy(p->log_to, text + n + 1 - kept, kept);
}

CLEAT_API int cleat_program_set_log(struct cleat_program *p, char *buffer, size_t bytes,
				    unsigned int level)
{
	OPERATION(p->object->c);
	if (!buffer && bytes)
		return report_error(p->object->c->report, EINVAL,
				    "%zu bytes for a log, and no buffer", bytes);
	p->log_to = buffer;
	p->log_to_bytes = bytes;
	p->log_level = level;
	p->log_said = buffer;
	return 0;
}

CLEAT_API int cleat_object_set_log(struct cleat_object *o, char *buffer, size_t bytes,
				   unsigned int level)
{
	int err = 0;

	OPERATION(o->c);
	for (size_t i = 0; i < o->n_programs && !err; i++)
		err = cleat_program_set_log(&o->programs[i], buffer, bytes, level);
	return err;
}

struct cleat_program *program_named(const struct cleat_program *p, size_t i)
{
	const struct cleat_key *k = &p->plugin->keys[i];
	const char *name = k->type == CLEAT_TYPE_PROGRAM && k->flags & CLEAT_KEY_LOAD ?
				   cleat_param(p->params, k->name) :
				   NULL;

	return name ? cleat_object_program(p->object, name) : NULL;
}

bool program_to_load(const struct cleat_program *p)
{
	bool wanted;

	if (!p->autoload_said && program_is_referred_to(p, &wanted))
		return wanted;
	return p->autoload;
}

CLEAT_API int cleat_program_set_section(struct cleat_program *p, const char *section)
{
	struct cleat *c = p->object->c;
	char *copy;

	OPERATION(c);
	if (p->fd >= 0)
		return report_error(c->report, EBUSY, "program '%s' is loaded already",
				    p->spec->name);
	copy = text_dup(section);
	if (!copy)
		return report_oom(c->report);
	free(p->own_section);
	p->own_section = copy;
	p->section = copy;
	params_free(p->params);
	p->params = NULL;
	p->plugin = NULL;
	p->resolved = false;
	return program_resolve(p);
}

CLEAT_API int cleat_program_set_param(struct cleat_program *p, const char *key, const char *value)
{
	struct cleat *c = p->object->c;
	int err;

	OPERATION(c);
	err = program_resolve(p);
	/* Each call a layer above the one before: said again is said instead. */
	return err ? err : params_set(p->params, key, value, NULL, 0, ++p->layer, c->report);
}

uint32_t program_type(const struct cleat_program *p)
{
	return p->load.program_type     ? p->load.program_type
	       : p->entry->program_type ? p->entry->program_type
					: p->plugin->program->program_type;
}

/* Does this program load with the expected attach type set: 0 is a valid number for some. */
static bool has_attach_type(const struct cleat_section *entry)
{
	return entry->attach_type || (entry->flags & CLEAT_SECTION_HAS_ATTACH_TYPE);
}

/* What only the kernel knows is asked when somebody wants it: a plain load does not pay for it. */
static void ask_kernel(struct cleat_program *p)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	if (p->fd < 0 || p->id || sys_obj_info(p->fd, &info, &size))
		return;
	p->id = info.id;
	memcpy(p->tag, info.tag, sizeof(p->tag));
	if (info.verified_insns)
		p->verified_insns = info.verified_insns;
}

/* What the first parameter points to, as the object's types have it; or NULL. */
static const char *context_of(const struct cleat_program *p)
{
	const struct btf *b = p->object->spec->btf;
	uint32_t id = p->spec->entry->btf_id;
	const struct btf_type *t = id ? btf_type(b, id) : NULL;

	t = t && btf_kind(t) == BTF_FUNC ? btf_type(b, t->type) : NULL;
	if (!t || btf_kind(t) != BTF_FUNC_PROTO || !btf_vlen(t))
		return NULL;
	t = btf_skip_mods(b, btf_params(t)[0].type, NULL);
	t = t && btf_kind(t) == BTF_PTR ? btf_skip_mods(b, t->type, NULL) : NULL;
	if (!t || (btf_kind(t) != BTF_STRUCT && btf_kind(t) != BTF_FWD))
		return NULL;
	return btf_name(b, t);
}

CLEAT_API int cleat_program_info(const struct cleat_program *const_p,
				 struct cleat_program_info *info)
{
	struct cleat_program *p = (struct cleat_program *)const_p;
	struct cleat_program_info full = { 0 };
	struct operation op _cleanup_(operation_end) = operation_begin(p->object->c);

	(void)op;
	if (info->size < sizeof(size_t))
		return -EINVAL;
	full.size = info->size;
	full.name = p->spec->name;
	full.section = p->section;
	full.autoload = program_to_load(p);
	full.required = p->required;
	full.insns = p->spec->entry->n_insns;
	program_resolve(p);
	if (p->plugin && p->entry) {
		full.plugin = p->plugin->name;
		full.type_number = program_type(p);
		full.type = name_of_program_type(full.type_number);
		if (has_attach_type(p->entry)) {
			full.attach_type_number = p->entry->attach_type;
			full.attach_type = name_of_attach_type(full.attach_type_number);
		}
		full.sleepable = p->entry->prog_flags & BPF_F_SLEEPABLE;
	}
	ask_kernel(p);
	full.loaded = p->fd >= 0;
	full.id = p->id;
	memcpy(full.tag, p->tag, sizeof(full.tag));
	full.loaded_insns = p->loaded_insns;
	full.verified_insns = p->verified_insns;
	full.states = p->states;
	full.load_ns = p->load_ns;
	full.context = context_of(p);
	full.called = p->spec->entry->called;
	full.left_out = p->left_out;
	full.fallback = p->fallback ? p->fallback->spec->name : NULL;
	memcpy(info, &full, MIN(info->size, sizeof(full)));
	return 0;
}

CLEAT_API void cleat_program_unload(struct cleat_program *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	p->id = 0;
	memset(p->tag, 0, sizeof(p->tag));
}

void program_adopt(struct cleat_program *p, int fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	p->fd = fd;
	if (sys_obj_info(fd, &info, &size))
		return;
	p->id = info.id;
	memcpy(p->tag, info.tag, sizeof(p->tag));
}
