/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dialect.c - what an assembler leaves in an instruction that has a relocation.
 *
 * Nearly all leave a distance that is to be added to the symbol's place, in instructions for calls.
 * GNU as up to 2.40, which gcc 12 and 13 come with, leaves the place itself, in bytes, minus one for
 * calls. Nothing in the file says which; knows how to tell from all references together, and refuses
 * to touch any.
 */
#include "object/internal.h"

/* How many references can be read in one way only. */
struct votes {
	size_t distance, place;
};

static bool is_gcc(const struct object *o)
{
	static const char maker[] = "GCC: (";
	const struct elf_section *s = elf_section_named(o->elf, ".comment");

	/* A list of strings, of which assemblers leave the first empty. */
	return s && s->data && memmem(s->data, s->size, maker, sizeof(maker) - 1);
}

static bool begins_function(const struct object *o, uint32_t section, int64_t at)
{
	const struct func *f = at < 0 ? NULL : object_func_at(o, section, (uint64_t)at);

	return f && f->offset == (uint64_t)at;
}

static void ask_call(const struct object *o, const struct elf_symbol *sym, int64_t imm,
		     struct votes *v)
{
	int64_t start = sym->type == STT_FUNC && (imm == -1 || imm == 0) ? 0 : (imm + 1) * 8;
	bool distance, place;

	if (section_role(o, sym->section) != SECTION_CODE)
		return;
	distance = begins_function(o, sym->section, (int64_t)sym->value + start);
	place = begins_function(o, sym->section, imm + 1);
	v->distance += distance && !place;
	v->place += place && !distance;
}

static void ask_load(const struct elf_symbol *sym, int64_t imm, struct votes *v)
{
	/* A place is never before its symbol; beyond it, it may be a distance as well. */
	if (sym->section != SHN_UNDEF && sym->value > (uint64_t)imm)
		v->distance++;
	else if (sym->section != SHN_UNDEF && sym->value && sym->value == (uint64_t)imm)
		v->place++;
}

static int ask_section(const struct object *o, const struct elf_section *s, struct votes *v)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err = elf_relocs(o->elf, s->index, &relocs, &n, NULL);

	for (size_t i = 0; i < n && !err; i++) {
		const struct elf_symbol *sym = elf_symbol(o->elf, relocs[i].symbol);
		const struct func *f = object_func_at(o, s->index, relocs[i].offset);
		size_t at = f ? (relocs[i].offset - f->offset) / sizeof(struct insn) : 0;
		const struct insn *insn = f && at < f->n_insns ? &f->insns[at] : NULL;

		if (!sym || !insn || relocs[i].addend)
			continue;
		if (insn_is_call(insn))
			ask_call(o, sym, insn->imm, v);
		else if (insn_is_lddw(insn))
			ask_load(sym, insn->imm, v);
	}
	return err;
}

bool object_immediates_are_places(const struct object *o)
{
	struct votes v = { 0 };

	if (!is_gcc(o))
		return false;
	for (uint32_t i = 1; i < o->elf->n_sections; i++)
		if (section_role(o, i) == SECTION_CODE && ask_section(o, &o->elf->sections[i], &v))
			return false;
	return v.place && !v.distance;
}
