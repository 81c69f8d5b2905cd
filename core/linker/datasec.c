/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * datasec.c - the data sections of the output's BTF: which variable is at which byte.
 *
 * Knows where variables went: global ones where their symbols are, static ones as far behind the
 * beginning of their section as they were. Compilers leave places and sizes open; here they are
 * known. Sections that exist in BTF only (".kconfig", ".ksyms") keep what the compiler wrote.
 */
#include "linker/inner.h"

struct datasec {
	const char *name;
	const struct section *section; /* NULL: of BTF only */
	VEC(struct btf_secinfo) entries;
};

struct writer {
	struct job *job;
	struct strmap *names; /* index + 1 */
	VEC(struct datasec) list;
};

static int add_entry(struct writer *w, const char *name, uint32_t type, uint64_t offset,
		     uint64_t size)
{
	uintptr_t at = (uintptr_t)strmap_get(w->names, name);
	struct btf_secinfo entry = { type, (uint32_t)offset, (uint32_t)size };
	struct datasec *d;

	if (!at) {
		d = vec_add(&w->list);
		at = w->list.n;
		if (!d || strmap_set(w->names, name, (void *)at))
			return report_oom(w->job->report);
		d->name = name;
		d->section = section_named(w->job, name);
	}
	return vec_push(&w->list.v[at - 1].entries, entry) ? report_oom(w->job->report) : 0;
}

/* --- static variables ------------------------------------------------------------------------- */

/*
 * One entry of an input's data section. Equal constants are merged in sections of their own
 * (.rodata.cst32) while the types still have them here, beyond the end: nobody could find them, and
 * behind other files' bytes they would lie.
 */
static int add_static(struct writer *w, const struct input *in, const char *name,
		      const struct btf_secinfo *info)
{
	const struct btf_type *t = btf_type(in->btf, info->type);
	const struct elf_section *s = elf_section_named(in->elf, name);
	const struct placed *p = s ? &in->placed[s->index] : NULL;

	if (!t || btf_kind(t) != BTF_VAR || btf_var_linkage(t) != BTF_STATIC)
		return 0;
	if (!p || !p->to || (p->to->note && p->to->first != in))
		return 0;
	if (info->offset > s->size || info->size > s->size - info->offset)
		return 0;
	return add_entry(w, name, in->types[info->type], p->base + info->offset, info->size);
}

static int add_statics(struct writer *w, const struct input *in)
{
	int err = 0;

	for (uint32_t id = 1; in->btf && id < btf_count(in->btf) && !err; id++) {
		const struct btf_type *t = btf_type(in->btf, id);
		const struct btf_secinfo *info = t ? btf_secinfos(t) : NULL;

		for (uint32_t i = 0; info && i < btf_vlen(t) && !err; i++)
			err = add_static(w, in, btf_name(in->btf, t), &info[i]);
	}
	return err;
}

/* --- global ones ------------------------------------------------------------------------------ */

static int add_global(struct writer *w, const struct symbol *s)
{
	uint32_t id = s->said_by->types[s->said->id];
	const struct btf_type *t = btf_type(w->job->btf, id);
	int64_t size = s->said->size;

	/* a function is in a data section only as long as the kernel is to give it */
	if (!t || (btf_kind(t) == BTF_FUNC && s->section))
		return 0;
	if (!s->section)
		return s->said->section ? add_entry(w, s->said->section, id, 0, (uint64_t)size) : 0;
	if (!size)
		size = btf_size(w->job->btf, t->type);
	if (size <= 0)
		size = (int64_t)s->size;
	if (s->value > s->section->size || (uint64_t)size > s->section->size - s->value)
		return report_error(w->job->report, EINVAL,
				    "variable '%s' of '%s' takes bytes %llu to %llu of section "
				    "'%s', which has %llu",
				    s->name, s->owner->path, (unsigned long long)s->value,
				    (unsigned long long)s->value + (uint64_t)size, s->section->name,
				    (unsigned long long)s->section->size);
	return add_entry(w, s->section->name, id, s->value, (uint64_t)size);
}

static int add_globals(struct writer *w)
{
	int err, first = 0;

	for (size_t i = 0; i < w->job->globals.n && first != -ENOMEM; i++) {
		const struct symbol *s = w->job->globals.v[i];

		err = s->said ? add_global(w, s) : 0;
		first = first && err != -ENOMEM ? first : err;
	}
	return first;
}

/* --- writing --------------------------------------------------------------------------------- */

static int compare_entries(const void *pa, const void *pb)
{
	const struct btf_secinfo *a = pa, *b = pb;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->type < b->type ? -1 : a->type > b->type;
}

/*
 * The kernel refuses variables that overlap, and with them all of the BTF: a constant that was
 * merged somewhere else must not cost that.
 */
static void drop_overlaps(struct datasec *d)
{
	uint64_t end = 0;
	size_t kept = 0;

	for (size_t i = 0; i < d->entries.n; i++) {
		struct btf_secinfo entry = d->entries.v[i];

		if (entry.offset < end || !entry.size)
			continue;
		end = (uint64_t)entry.offset + entry.size;
		d->entries.v[kept++] = entry;
	}
	d->entries.n = kept;
}

static int write_datasec(struct job *j, struct datasec *d)
{
	struct btf_type t = { 0 };
	int64_t name;

	if (d->section) {
		qsort(d->entries.v, d->entries.n, sizeof(*d->entries.v), compare_entries);
		drop_overlaps(d);
		t.size = (uint32_t)d->section->size;
	}
	if (!d->entries.n)
		return 0;
	if (d->entries.n > UINT16_MAX)
		return report_error(j->report, E2BIG,
				    "section '%s' has %zu variables, BTF can list %u", d->name,
				    d->entries.n, UINT16_MAX);
	name = btf_add_str(j->btf, d->name);
	if (name < 0)
		return report_oom(j->report);
	t.name_off = (uint32_t)name;
	t.info = (uint32_t)BTF_DATASEC << 24 | (uint32_t)d->entries.n;
	if (btf_add_type(j->btf, &t, d->entries.v, d->entries.n * sizeof(*d->entries.v)) < 0)
		return report_oom(j->report);
	return 0;
}

/* The bytes, in the output's byte order. */
static int put_btf(struct job *j)
{
	struct btf_header header;
	size_t size;
	const void *bytes = btf_bytes(j->btf, &size);

	if (!bytes || size < sizeof(header))
		return report_oom(j->report);
	memcpy(&header, bytes, sizeof(header));
	buf_put(&j->btf_bytes, bytes, size);
	if (j->btf_bytes.failed)
		return report_oom(j->report);
	if (job_is_foreign(j)) {
		uint8_t *p = (uint8_t *)j->btf_bytes.data;
		const uint16_t magic = __builtin_bswap16(header.magic);
		const size_t words = offsetof(struct btf_header, hdr_len);

		memcpy(p, &magic, sizeof(magic));
		job_swap_words(j, p + words, sizeof(header) - words + header.type_len);
	}
	return 0;
}

int write_datasecs(struct job *j)
{
	struct writer w = { .job = j, .names = strmap_new() };
	int err = w.names ? 0 : report_oom(j->report);

	if (j->btf) {
		for (size_t i = 0; i < j->linker->inputs.n && !err; i++)
			err = add_statics(&w, j->linker->inputs.v[i]);
		if (!err)
			err = add_globals(&w);
		for (size_t i = 0; i < w.list.n && !err; i++)
			err = write_datasec(j, &w.list.v[i]);
		if (!err)
			err = put_btf(j);
	}
	for (size_t i = 0; i < w.list.n; i++)
		vec_free(&w.list.v[i].entries);
	vec_free(&w.list);
	strmap_free(w.names);
	return err;
}
