/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * types.c - the kernel's and an object's types for plugins. Knows whose BTF a type is in; what a type
 * is like is read in btf/.
 */
#include "btf/value.h"
#include "live/context.h"

static const struct btf *btf_of(const struct cleat_type *t)
{
	return (const struct btf *)t->btf;
}

struct cleat_type type_in(const struct btf *b, uint32_t id)
{
	return (struct cleat_type) { .btf = (const struct cleat_btf *)b, .id = id };
}

static bool is_named(const struct target_module *m, const char *name, size_t n)
{
	return strncmp(m->name, name, n) == 0 && !m->name[n];
}

CLEAT_API int cleat_kernel_type(struct cleat *c, const char *name, uint32_t kind,
				struct cleat_type *t)
{
	const struct target *target = context_target(c);
	const char *colon = strchr(name, ':');
	size_t module = colon ? (size_t)(colon - name) : 0;
	const struct target_module *modules = NULL;
	size_t n = 0;
	uint32_t id;

	if (!target || !target_btf(target))
		return report_error(
			c->report, ESRCH,
			"looking for type '%s' needs the kernel's BTF, and this kernel has "
			"none",
			name);
	id = module ? 0 : btf_find(target_btf(target), name, BTF_KIND_BIT(kind));
	*t = type_in(target_btf(target), id);
	if (id)
		return 0;
	if (target->modules && target->modules(target->user, &modules, &n))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (module && !is_named(&modules[i], name, module))
			continue;
		id = btf_find(modules[i].btf, colon ? colon + 1 : name, BTF_KIND_BIT(kind));
		if (id < btf_count(target_btf(target)))
			continue;
		*t = type_in(modules[i].btf, id);
		t->module_fd = modules[i].btf_fd;
		return 0;
	}
	return -ENOENT;
}

CLEAT_API int cleat_object_variable(const struct cleat_object *o, const char *section,
				    const char *name, struct cleat_type *t)
{
	/* What is known from a record alone has no types. */
	struct btf *b = o->spec ? o->spec->btf : NULL;
	uint32_t id = b ? btf_find(b, section, BTF_KIND_BIT(BTF_DATASEC)) : 0;
	const struct btf_type *sec = id ? btf_type(b, id) : NULL;

	for (uint32_t i = 0; sec && i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf_type(b, btf_secinfos(sec)[i].type);

		if (!var || btf_kind(var) != BTF_VAR || strcmp(btf_name(b, var), name) != 0)
			continue;
		*t = type_in(b, var->type);
		return 0;
	}
	return -ENOENT;
}

CLEAT_API int cleat_type_info(const struct cleat_type *t, struct cleat_type_info *info)
{
	struct cleat_type_info full = { .struct_size = sizeof(full), .name = "" };
	const struct btf_type *type;
	int64_t bytes;
	uint32_t id;

	type = t->btf ? btf_skip_mods(btf_of(t), t->id, &id) : NULL;
	if (!type)
		return -EINVAL;
	bytes = id ? btf_size(btf_of(t), id) : 0;
	full.kind = btf_kind(type);
	full.name = btf_name(btf_of(t), type);
	full.bytes = bytes > 0 ? (uint64_t)bytes : 0;
	full.members = btf_members(type) ? btf_vlen(type) : 0;
	memcpy(info, &full, MIN(info->struct_size, (uint32_t)sizeof(full)));
	return 0;
}

CLEAT_API int cleat_type_member_at(const struct cleat_type *t, uint32_t i,
				   struct cleat_type_member *member)
{
	struct cleat_type_member full = { .struct_size = sizeof(full) };
	const struct btf_type *type = t->btf ? btf_skip_mods(btf_of(t), t->id, NULL) : NULL;
	const struct btf_member *m = type ? btf_members(type) : NULL;

	if (!m || i >= btf_vlen(type))
		return -ENOENT;
	full.bit_offset = btf_member_bit_offset(type, i);
	full.bits = btf_member_bit_size(type, i);
	full.name = btf_str(btf_of(t), m[i].name_off);
	full.type = *t;
	full.type.id = m[i].type;
	memcpy(member, &full, MIN(member->struct_size, (uint32_t)sizeof(full)));
	return 0;
}

CLEAT_API int cleat_type_target(const struct cleat_type *t, struct cleat_type *target)
{
	const struct btf_type *type = t->btf ? btf_skip_mods(btf_of(t), t->id, NULL) : NULL;
	const struct btf_array *array = type ? btf_array(type) : NULL;

	if (!type || (!array && btf_kind(type) != BTF_PTR))
		return -EINVAL;
	*target = *t;
	target->id = array ? array->type : type->type;
	return 0;
}

CLEAT_API int cleat_type_parse(struct cleat *c, const struct cleat_type *t, const char *text,
			       void *data, size_t bytes)
{
	if (!t->btf)
		return -EINVAL;
	return btf_value_parse(btf_of(t), t->id, text, data, bytes, c->report);
}
