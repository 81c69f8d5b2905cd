/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linker.c - opens the inputs, and runs the parts of a link in their order.
 *
 * Knows what an input must be to be linked at all; refuses to know how sections, symbols and types
 * are merged, which is each part's own business.
 */
#include <byteswap.h>

#include "base/text.h"
#include "linker/inner.h"
#include "object/object.h"

int linker_new(struct linker **out)
{
	struct linker *l = calloc(1, sizeof(*l));

	*out = NULL;
	if (!l)
		return -ENOMEM;
	l->arena = arena_new();
	if (!l->arena) {
		free(l);
		return -ENOMEM;
	}
	*out = l;
	return 0;
}

/* What belongs to one link. */
static void reset_input(struct input *in)
{
	vec_free(&in->lost);
	free(in->kept);
	free(in->types);
	btf_free(in->part);
	in->kept = in->types = NULL;
	in->part = NULL;
	in->placed = NULL;
	in->symbols = NULL;
}

static void free_input(struct input *in)
{
	reset_input(in);
	strmap_free(in->declared);
	btf_ext_free(in->ext);
	btf_free(in->btf);
	if (in->elf)
		elf_close(in->elf);
}

void linker_free(struct linker *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->inputs.n; i++)
		free_input(l->inputs.v[i]);
	vec_free(&l->inputs);
	arena_free(l->arena);
	free(l);
}

/* --- inputs ---------------------------------------------------------------------------------- */

static int declare(struct linker *l, struct input *in, uint32_t id, const char *section,
		   uint32_t size, struct report *r)
{
	const struct btf_type *t = btf_type(in->btf, id);
	bool func = t && btf_kind(t) == BTF_FUNC;
	uint32_t linkage;
	struct declared *d;

	if (!t || (!func && btf_kind(t) != BTF_VAR) || !*btf_name(in->btf, t))
		return 0;
	linkage = func ? btf_vlen(t) : btf_var_linkage(t);
	if (linkage == BTF_STATIC)
		return 0;
	d = strmap_get(in->declared, btf_name(in->btf, t));
	if (!d) {
		d = arena_alloc(l->arena, sizeof(*d));
		if (!d || strmap_set(in->declared, btf_name(in->btf, t), d))
			return report_oom(r);
	} else if (d->section || (!section && !d->is_extern)) {
		return 0;
	}
	*d = (struct declared) { id, section, size, linkage == BTF_EXTERN };
	return 0;
}

/* First what the data sections list, then functions and externs that none lists. */
static int read_declared(struct linker *l, struct input *in, struct report *r)
{
	uint32_t n = btf_count(in->btf);
	int err = 0;

	for (uint32_t id = 1; id < n && !err; id++) {
		const struct btf_type *t = btf_type(in->btf, id);
		const struct btf_secinfo *info = t ? btf_secinfos(t) : NULL;

		for (uint32_t i = 0; info && i < btf_vlen(t) && !err; i++)
			err = declare(l, in, info[i].type, btf_name(in->btf, t), info[i].size, r);
	}
	for (uint32_t id = 1; id < n && !err; id++)
		err = declare(l, in, id, NULL, 0, r);
	return err;
}

static int read_types(struct linker *l, struct input *in, struct report *r)
{
	const struct elf_section *s = elf_section_named(in->elf, ".BTF");
	const struct elf_section *ext = elf_section_named(in->elf, ".BTF.ext");
	int err;

	in->declared = strmap_new();
	if (!in->declared)
		return report_oom(r);
	if (!s || !s->data || !s->size)
		return 0;
	err = btf_open(&in->btf, s->data, s->size, NULL, BTF_COPY, r);
	if (!err && ext && ext->data && ext->size)
		err = btf_ext_open(&in->ext, in->btf, ext->data, ext->size, in->elf->foreign, r);
	return err ? err : read_declared(l, in, r);
}

static const char *order_name(const struct elf_file *elf)
{
	return elf->big_endian ? "big" : "little";
}

static int check_input(struct linker *l, struct input *in, struct report *r)
{
	const struct input *first = l->inputs.n ? l->inputs.v[0] : in;
	int err = object_check_header(in->elf, r);

	if (err)
		return err;
	if (in->elf->big_endian != first->elf->big_endian)
		return report_error(r, EINVAL,
				    "for machines of %s-endian byte order, but '%s' is for "
				    "%s-endian ones",
				    order_name(in->elf), first->path, order_name(first->elf));
	return read_types(l, in, r);
}

static int add_input(struct linker *l, struct input *in, struct report *r)
{
	int err = check_input(l, in, r);

	if (!err && vec_push(&l->inputs, in))
		err = report_oom(r);
	if (err)
		free_input(in);
	return err;
}

static struct input *new_input(struct linker *l, const char *path, struct report *r)
{
	struct input *in = arena_alloc(l->arena, sizeof(*in));

	if (in)
		in->path = arena_dup(l->arena, path);
	if (in && in->path)
		return in;
	report_oom(r);
	return NULL;
}

int linker_add(struct linker *l, const char *path, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, path);
	struct input *in = new_input(l, path, r);
	int err = in ? elf_open(&in->elf, path, r) : -ENOMEM;

	return err ? err : add_input(l, in, r);
}

int linker_add_memory(struct linker *l, const void *data, size_t size, const char *name,
		      struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, name);
	struct input *in = new_input(l, name, r);
	int err = in ? elf_open_memory(&in->elf, data, size, name, r) : -ENOMEM;

	return err ? err : add_input(l, in, r);
}

/* --- one link -------------------------------------------------------------------------------- */

void *job_alloc(struct job *j, size_t n, size_t size)
{
	size_t bytes;
	void *p = NULL;

	if (!__builtin_mul_overflow(n ? n : 1, size, &bytes))
		p = arena_alloc(j->arena, bytes);
	if (!p)
		report_oom(j->report);
	return p;
}

bool job_is_foreign(const struct job *j)
{
	return j->linker->inputs.v[0]->elf->foreign;
}

void job_swap_words(const struct job *j, void *data, size_t size)
{
	uint8_t *p = data;

	for (size_t i = 0; job_is_foreign(j) && i + 4 <= size; i += 4) {
		uint32_t w;

		memcpy(&w, p + i, 4);
		w = bswap_32(w);
		memcpy(p + i, &w, 4);
	}
}

static void end_job(struct job *j)
{
	for (size_t i = 0; i < j->sections.n; i++) {
		struct section *s = j->sections.v[i];

		vec_free(&s->relocs);
		vec_free(&s->funcs);
		vec_free(&s->lines);
		vec_free(&s->relos);
	}
	vec_free(&j->sections);
	vec_free(&j->locals);
	vec_free(&j->globals);
	strmap_free(j->section_names);
	strmap_free(j->global_names);
	btf_free(j->btf);
	buf_free(&j->btf_bytes);
	buf_free(&j->ext_bytes);
	arena_free(j->arena);
	for (size_t i = 0; i < j->linker->inputs.n; i++)
		reset_input(j->linker->inputs.v[i]);
}

static int begin_job(struct job *j)
{
	j->arena = arena_new();
	j->section_names = strmap_new();
	j->global_names = strmap_new();
	return j->arena && j->section_names && j->global_names ? 0 : report_oom(j->report);
}

int linker_finish(struct linker *l, void **data, size_t *size, struct report *r)
{
	static int (*const parts[])(struct job *) = {
		place_sections,   resolve_symbols, check_agreement, copy_sections,
		move_relocations, merge_types,     merge_ext,       write_datasecs,
	};
	struct job j = { .linker = l, .report = r };
	int err;

	*data = NULL;
	*size = 0;
	if (!l->inputs.n)
		return report_error(r, EINVAL, "no objects to link");
	err = begin_job(&j);
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !err; i++)
		err = parts[i](&j);
	if (!err)
		err = write_image(&j, data, size);
	end_job(&j);
	return err;
}
