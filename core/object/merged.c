/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * merged.c - constants that the compiler put where equal ones are merged.
 *
 * Knows that clang before 15 or so lists what is in .rodata.cst16 as a variable of .rodata: another
 * one is at that place, and a kernel refuses two. Refuses to guess: a name that is in both stays.
 */
#include "btf/fix.h"
#include "object/internal.h"

static bool is_merged(const struct elf_section *s)
{
	return s && s->flags & SHF_MERGE && has_prefix(s->name, ".rodata.");
}

struct merged {
	const struct elf_file *elf;
	struct strmap *symbols; /* by name; a name that is elsewhere, too, has NULL */
};

static bool any_merged(const struct elf_file *elf)
{
	for (size_t i = 1; i < elf->n_sections; i++)
		if (is_merged(&elf->sections[i]))
			return true;
	return false;
}

/* 1 when there are any. */
static int collect(struct merged *m)
{
	if (!any_merged(m->elf))
		return 0;
	m->symbols = strmap_new();
	for (size_t i = 1; m->symbols && i < m->elf->n_symbols; i++) {
		struct elf_symbol *sym = &m->elf->symbols[i];
		bool here = is_merged(elf_section(m->elf, sym->section));

		if (sym->type != STT_OBJECT || !*sym->name)
			continue;
		if (strmap_has(m->symbols, sym->name))
			here = false;
		if (strmap_set(m->symbols, sym->name, here ? sym : NULL))
			return -ENOMEM;
	}
	return m->symbols ? 1 : -ENOMEM;
}

static bool place(void *user, const char *section, const char *var, struct btf_place *to)
{
	const struct merged *m = user;
	const struct elf_symbol *sym = strmap_get(m->symbols, var);
	const struct elf_section *s = sym ? elf_section(m->elf, sym->section) : NULL;

	if (!s || streq(s->name, section) || !streq(section, ".rodata"))
		return false;
	*to = (struct btf_place) { s->name, (uint32_t)sym->value };
	return true;
}

int object_place_merged(struct object *o, struct report *r)
{
	struct merged m = { .elf = o->elf };
	struct btf *moved = NULL;
	int err = collect(&m);

	if (err > 0)
		err = btf_move_vars(&moved, o->btf, place, &m);
	strmap_free(m.symbols);
	if (err)
		return report_oom(r);
	if (moved) {
		btf_free(o->btf);
		o->btf = moved;
	}
	return 0;
}
