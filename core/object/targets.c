/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * targets.c - where calls lead, found before anybody knows which functions there are.
 *
 * For code whose functions have no symbols, or symbols that do not say so: a place that is called
 * is where a function begins. Refuses to judge what it sees: refs.c does, later.
 */
#include "object/internal.h"

#define INSN_SIZE sizeof(struct insn)

static void mark(struct object *o, uint32_t section, int64_t at)
{
	if (section_role(o, section) == SECTION_CODE && at >= 0 &&
	    (uint64_t)at < o->elf->sections[section].size && at % INSN_SIZE == 0)
		o->index->targets[section][at / INSN_SIZE] = true;
}

static void mark_reloc(struct object *o, const struct insn *insn, const struct elf_reloc *rel)
{
	const struct elf_symbol *sym = elf_symbol(o->elf, rel->symbol);
	uint64_t at;

	if (!sym)
		return;
	/* Unsigned: a lie may overflow, and leads nowhere then. */
	at = sym->value + (uint64_t)rel->addend;
	if (insn_is_call(insn))
		mark(o, sym->section, (int64_t)(at + (uint64_t)(insn->imm + 1ll) * INSN_SIZE));
	else if (insn_is_lddw(insn))
		mark(o, sym->section, (int64_t)(at + (uint64_t)(int64_t)insn->imm));
}

static void scan_section(struct object *o, const struct elf_section *code,
			 const struct elf_reloc *relocs, size_t n)
{
	size_t at = 0;

	for (uint64_t offset = 0; offset + INSN_SIZE <= code->size; offset += INSN_SIZE) {
		struct insn insn;

		insn_read(&insn, code->data + offset, 1, o->elf->foreign);
		while (at < n && relocs[at].offset < offset)
			at++;
		if (at < n && relocs[at].offset < offset + INSN_SIZE)
			mark_reloc(o, &insn, &relocs[at]);
		else if (insn_is_local_call(&insn))
			mark(o, code->index,
			     (int64_t)offset + (insn.imm + 1ll) * (int64_t)INSN_SIZE);
		if (insn_is_lddw(&insn))
			offset += INSN_SIZE;
	}
}

static int scan_all(struct object *o, struct report *r)
{
	for (uint32_t i = 1; i < o->elf->n_sections; i++) {
		const struct elf_section *code = &o->elf->sections[i];
		_free_ struct elf_reloc *relocs = NULL;
		size_t n = 0;
		int err;

		if (section_role(o, i) != SECTION_CODE || !code->data)
			continue;
		err = elf_relocs(o->elf, i, &relocs, &n, r);
		if (err)
			return err;
		scan_section(o, code, relocs, n);
	}
	return 0;
}

int object_call_targets(struct object *o, uint32_t section, const bool **out, struct report *r)
{
	struct object_index *x = o->index;
	int err = 0;

	/* All sections at once, for whoever asks first. */
	if (!x->targets) {
		x->targets = object_alloc(o, o->elf->n_sections, sizeof(*x->targets), r);
		if (!x->targets)
			return -ENOMEM;
		for (uint32_t i = 1; i < o->elf->n_sections && !err; i++) {
			const struct elf_section *code = &o->elf->sections[i];

			if (section_role(o, i) != SECTION_CODE)
				continue;
			err = object_spend(o, code->size / INSN_SIZE, r);
			if (err)
				return err;
			x->targets[i] =
				object_alloc(o, code->size / INSN_SIZE + 1, sizeof(bool), r);
			if (!x->targets[i])
				return -ENOMEM;
		}
		err = scan_all(o, r);
	}
	*out = x->targets[section];
	return err;
}
