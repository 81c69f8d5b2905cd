/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * jumps.c - tables that indirect jumps take their targets from: section .jumptables.
 *
 * Knows that each table has a symbol of its size, and that an entry is eight bytes, counted from
 * the start of the section that the jumping function is in; refuses to know what the kernel wants in
 * its place, which a plugin says.
 */
#include "object/internal.h"

#define ENTRY sizeof(uint64_t)

static bool is_table(const struct elf_section *s, const struct elf_symbol *sym)
{
	return sym->section == s->index && sym->size && sym->size % ENTRY == 0 &&
	       sym->size / ENTRY <= UINT32_MAX && sym->value <= s->size &&
	       sym->size <= s->size - sym->value;
}

static int add_table(struct object *o, const struct elf_section *s, const struct elf_symbol *sym,
		     struct report *r)
{
	struct jump_table *t = object_alloc(o, 1, sizeof(*t), r);
	int err = object_spend(o, sym->size, r);

	if (err)
		return err;
	if (!t)
		return -ENOMEM;
	t->section = s->index;
	t->offset = sym->value;
	t->n = sym->size / ENTRY;
	t->to = arena_copy(o->arena, s->data + sym->value, sym->size);
	if (!t->to || vec_push(&o->tables, t))
		return report_oom(r);
	for (uint32_t i = 0; i < t->n && o->elf->foreign; i++)
		t->to[i] = __builtin_bswap64(t->to[i]);
	return 0;
}

static int compare_tables(const void *pa, const void *pb)
{
	const struct jump_table *a = *(const struct jump_table *const *)pa;
	const struct jump_table *b = *(const struct jump_table *const *)pb;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

struct jump_table *object_jump_table(const struct object *o, uint32_t section, uint64_t at)
{
	size_t low = 0, high = o->tables.n;
	struct jump_table *t;

	/* The last table that begins at or before the byte. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		t = o->tables.v[mid];
		if (t->section < section || (t->section == section && t->offset <= at))
			low = mid + 1;
		else
			high = mid;
	}
	t = low ? o->tables.v[low - 1] : NULL;
	return t && t->section == section && at - t->offset < t->n * ENTRY ? t : NULL;
}

/* Entries that are left to the linker: the label's place is the symbol's plus what is there. */
static int add_symbols(struct object *o, uint32_t section, struct report *r)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err = elf_relocs(o->elf, section, &relocs, &n, r);

	for (size_t i = 0; i < n && !err; i++) {
		const struct elf_symbol *sym = elf_symbol(o->elf, relocs[i].symbol);
		struct jump_table *t = object_jump_table(o, section, relocs[i].offset);

		if (relocs[i].type && sym && t)
			t->to[(relocs[i].offset - t->offset) / ENTRY] +=
				sym->value + (uint64_t)relocs[i].addend;
	}
	return err;
}

int object_read_jumps(struct object *o, struct report *r)
{
	int err = 0;

	for (uint32_t i = 1; i < o->elf->n_sections && !err; i++) {
		const struct elf_section *s = &o->elf->sections[i];

		if (section_role(o, i) != SECTION_JUMPS || !s->data)
			continue;
		for (size_t k = 1; k < o->elf->n_symbols && !err; k++)
			if (is_table(s, &o->elf->symbols[k]))
				err = add_table(o, s, &o->elf->symbols[k], r);
		if (!err && o->tables.n)
			qsort(o->tables.v, o->tables.n, sizeof(struct jump_table *),
			      compare_tables);
		if (!err)
			err = add_symbols(o, i, r);
	}
	return err;
}
