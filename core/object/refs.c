/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * refs.c - what instructions and map slots refer to, found from relocations.
 *
 * Knows where compilers leave the addend (in the instruction's immediate, or in the bytes of the
 * slot) and which instructions can carry a reference; refuses to patch anything, which link.c does.
 * The relocation's type is hardly looked at: compilers disagree about its number, while the
 * instruction says all.
 */
#include "object/internal.h"

#define INSN_SIZE sizeof(struct insn)

struct reader {
	struct object *o;
	struct report *r;
	const struct func *func;
	VEC(struct ref) refs; /* of the function at hand */
	bool places; /* object_immediates_are_places() */
	int first; /* first error */
};

static const char *symbol_name(const struct elf_symbol *sym)
{
	return *sym->name ? sym->name : "(no name)";
}

/* Every message about a reference begins with its place. */
#define bad_ref(rd, i, fmt, ...)                                                        \
	bad_ref_at((rd), (i),                                                           \
		   report_error((rd)->r, EINVAL, "function '%s', instruction %u: " fmt, \
				(rd)->func->name, (i), ##__VA_ARGS__))

static int bad_ref_at(struct reader *rd, uint32_t i, int err)
{
	report_insn(rd->r, i, NULL, 0, NULL);
	return err;
}

static int add_ref(struct reader *rd, struct ref ref)
{
	return vec_push(&rd->refs, ref) ? report_oom(rd->r) : 0;
}

/* --- calls ----------------------------------------------------------------------------------- */

static int ref_to_func(struct reader *rd, uint32_t i, enum ref_kind kind, uint32_t section,
		       int64_t at)
{
	struct func *f = at < 0 ? NULL : object_func_at(rd->o, section, at);
	const struct elf_section *s = elf_section(rd->o->elf, section);

	if (!f)
		return bad_ref(rd, i, "refers to byte %lld of section '%s', where no function is",
			       (long long)at, s ? s->name : "?");
	if (f->offset != (uint64_t)at)
		return bad_ref(rd, i, "refers to the middle of function '%s' (byte %llu of %llu)",
			       f->name, (unsigned long long)(at - f->offset),
			       (unsigned long long)(f->n_insns * INSN_SIZE));
	if (f != rd->func)
		f->called = true;
	return add_ref(rd, (struct ref) { .insn = i, .kind = kind, .func = f });
}

/* A call within the section that the compiler resolved itself: relative to the next instruction. */
static int local_call(struct reader *rd, uint32_t i, enum ref_kind kind)
{
	const struct func *f = rd->func;
	int64_t at = (int64_t)(f->offset / INSN_SIZE) + i + 1 + f->insns[i].imm;

	if (at < 0)
		return bad_ref(rd, i, "calls instruction %lld, before section '%s'", (long long)at,
			       f->section_name);
	return ref_to_func(rd, i, kind, f->section, at * (int64_t)INSN_SIZE);
}

static struct extern_spec *find_extern(struct reader *rd, const struct elf_symbol *sym)
{
	return sym->index && *sym->name ? strmap_get(rd->o->index->externs, sym->name) : NULL;
}

static int call_extern(struct reader *rd, uint32_t i, const struct elf_symbol *sym)
{
	struct extern_spec *e = find_extern(rd, sym);

	if (!e)
		return bad_ref(rd, i, "calls '%s', which is not defined", symbol_name(sym));
	if (e->undeclared)
		e->kind = EXTERN_KFUNC;
	if (e->kind != EXTERN_KFUNC)
		return bad_ref(rd, i, "calls '%s', which is declared as a variable", e->name);
	return add_ref(rd, (struct ref) { .insn = i, .kind = REF_KFUNC, .ext = e });
}

static int relocated_call(struct reader *rd, uint32_t i, const struct elf_reloc *rel,
			  const struct elf_symbol *sym)
{
	int64_t at, imm = rd->func->insns[i].imm;

	if (sym->section == SHN_UNDEF)
		return call_extern(rd, i, sym);
	if (section_role(rd->o, sym->section) != SECTION_CODE)
		return bad_ref(rd, i, "calls '%s', which is no function", symbol_name(sym));
	/*
	 * A call counts from the next instruction, so "the symbol itself" is -1; some assemblers
	 * leave 0 beside a function's symbol. A static function is its section plus a distance.
	 */
	at = sym->value + rel->addend;
	if (rd->places)
		at = imm + 1;
	else if (sym->type != STT_FUNC || (imm != -1 && imm != 0))
		at += (imm + 1) * (int64_t)INSN_SIZE;
	return ref_to_func(rd, i, REF_CALL, sym->section, at);
}

/* --- addresses ------------------------------------------------------------------------------- */

static int load_extern(struct reader *rd, uint32_t i, const struct elf_symbol *sym, int64_t addend)
{
	struct extern_spec *e = find_extern(rd, sym);

	if (!e)
		return bad_ref(rd, i, "refers to '%s', which is not defined", symbol_name(sym));
	if (addend && (e->kind == EXTERN_KFUNC || (e->kind == EXTERN_KSYM && e->btf_id)))
		return bad_ref(
			rd, i,
			"refers to byte %lld of '%s': only the address of a kernel variable or "
			"function can be loaded",
			(long long)addend, e->name);
	if (e->kind == EXTERN_KCONFIG && (addend < 0 || (uint64_t)addend > e->size))
		return bad_ref(rd, i, "refers to byte %lld of '%s', which has %llu",
			       (long long)addend, e->name, (unsigned long long)e->size);
	if (e->undeclared)
		e->constant = true;
	return add_ref(rd,
		       (struct ref) { .insn = i, .kind = REF_EXTERN, .ext = e, .addend = addend });
}

static int load_map(struct reader *rd, uint32_t i, const struct elf_symbol *sym, int64_t at)
{
	const struct map_place *p = at < 0 ? NULL : map_place_at(rd->o, sym->section, at);

	if (!p || p->offset != (uint64_t)at)
		return bad_ref(rd, i, "refers to byte %lld of section '%s', where no map begins",
			       (long long)at, elf_section(rd->o->elf, sym->section)->name);
	return add_ref(rd, (struct ref) { .insn = i, .kind = REF_MAP, .map = p->map });
}

static int load_data(struct reader *rd, uint32_t i, const struct elf_symbol *sym, int64_t at)
{
	struct map_spec *m = rd->o->index->bytes[sym->section];

	/* One past the end is an address, too. */
	if (!m || at < 0 || at > m->value_size)
		return bad_ref(rd, i, "refers to byte %lld of section '%s', which has %u",
			       (long long)at, elf_section(rd->o->elf, sym->section)->name,
			       m ? m->value_size : 0);
	return add_ref(rd, (struct ref) { .insn = i, .kind = REF_VALUE, .map = m, .addend = at });
}

static int load_jumps(struct reader *rd, uint32_t i, const struct elf_symbol *sym, int64_t at)
{
	struct jump_table *t = at < 0 ? NULL : object_jump_table(rd->o, sym->section, at);

	if (!t)
		return bad_ref(rd, i, "refers to byte %lld of section '%s', where no table is",
			       (long long)at, elf_section(rd->o->elf, sym->section)->name);
	return add_ref(rd, (struct ref) { .insn = i,
					  .kind = REF_JUMPS,
					  .table = t,
					  .addend = at - (int64_t)t->offset });
}

static int relocated_load(struct reader *rd, uint32_t i, const struct elf_reloc *rel,
			  const struct elf_symbol *sym)
{
	int64_t addend = rd->func->insns[i].imm, at;
	const struct elf_section *s;

	if (rd->places && sym->section != SHN_UNDEF)
		addend -= (int64_t)sym->value;
	if (__builtin_add_overflow(addend, rel->addend, &addend) ||
	    __builtin_add_overflow(addend, (int64_t)sym->value, &at))
		return bad_ref(rd, i, "refers to '%s' with an offset out of all bounds",
			       symbol_name(sym));
	if (sym->section == SHN_UNDEF)
		return load_extern(rd, i, sym, addend);
	s = elf_section(rd->o->elf, sym->section);
	if (!s)
		return bad_ref(rd, i,
			       "refers to '%s', which is in no section: "
			       "compile with -fno-common, or link",
			       symbol_name(sym));
	switch (section_role(rd->o, sym->section)) {
	case SECTION_CODE:
		return ref_to_func(rd, i, REF_FUNC, sym->section, at);
	case SECTION_MAPS:
	case SECTION_LEGACY:
		return load_map(rd, i, sym, at);
	case SECTION_DATA:
	case SECTION_RODATA:
	case SECTION_BSS:
		return load_data(rd, i, sym, at);
	case SECTION_JUMPS:
		return load_jumps(rd, i, sym, at);
	case SECTION_NOTES:
	case SECTION_UNCLAIMED:
		if (at < 0 || (uint64_t)at > s->size)
			break;
		return add_ref(rd, (struct ref) { .insn = i,
						  .kind = REF_SECTION,
						  .section = sym->section,
						  .addend = at });
	case SECTION_OTHER:
		break;
	}
	return bad_ref(rd, i, "refers to '%s' in section '%s', which a program cannot reach",
		       symbol_name(sym), s->name);
}

/* --- functions ------------------------------------------------------------------------------- */

static int read_reloc(struct reader *rd, uint32_t i, const struct elf_reloc *rel)
{
	const struct insn *insn = &rd->func->insns[i];
	const struct elf_symbol *sym = elf_symbol(rd->o->elf, rel->symbol);

	if (!sym)
		return bad_ref(rd, i, "refers to symbol %u, which does not exist", rel->symbol);
	if (insn_is_call(insn))
		return relocated_call(rd, i, rel, sym);
	if (insn_is_lddw(insn) && i + 1 < rd->func->n_insns)
		return relocated_load(rd, i, rel, sym);
	return bad_ref(rd, i, "a reference to '%s' in an instruction that takes none (code 0x%02x)",
		       symbol_name(sym), insn->code);
}

/* @rel: the relocations from the function's first byte on; returns how many were its own. */
static size_t read_func(struct reader *rd, struct func *f, const struct elf_reloc *rel, size_t n)
{
	uint64_t end = f->offset + f->n_insns * INSN_SIZE;
	size_t at = 0;

	rd->func = f;
	rd->refs.n = 0;
	for (uint32_t i = 0; i < f->n_insns; i++) {
		const struct insn *insn = &f->insns[i];
		uint64_t next = f->offset + (i + 1) * INSN_SIZE;
		bool done = false;
		int err = 0;

		/* An address takes two slots; the second has nothing of its own. */
		if (insn_is_lddw(insn) && i + 1 < f->n_insns)
			next += INSN_SIZE;
		/* The offset is the instruction's, or its immediate's: both are written. */
		for (; rel && at < n && rel[at].offset < MIN(next, end); at++) {
			if (!rel[at].type)
				continue;
			if (done)
				err = bad_ref(rd, i, "has two relocations");
			else
				err = read_reloc(rd, i, &rel[at]);
			rd->first = rd->first ? rd->first : err;
			done = true;
		}
		err = 0;
		if (!done && insn_is_local_call(insn))
			err = local_call(rd, i, REF_CALL);
		else if (!done && insn_is_lddw(insn) && insn->src == INSN_SRC_FUNC)
			err = local_call(rd, i, REF_FUNC);
		rd->first = rd->first ? rd->first : err;
		if (insn_is_lddw(insn))
			i++;
	}
	return at;
}

static int read_section(struct reader *rd, uint32_t section, size_t *at_func)
{
	_free_ struct elf_reloc *relocs = NULL;
	struct object *o = rd->o;
	size_t n = 0, at = 0;
	int err = elf_relocs(o->elf, section, &relocs, &n, rd->r);

	for (; *at_func < o->funcs.n && o->funcs.v[*at_func]->section == section; ++*at_func) {
		struct func *f = o->funcs.v[*at_func];

		if (err)
			continue;
		while (at < n && relocs[at].offset < f->offset)
			at++;
		at += read_func(rd, f, n ? relocs + at : NULL, n - at);
		if (rd->first == -ENOMEM)
			return rd->first;
		if (!rd->refs.n)
			continue;
		f->refs = arena_copy(o->arena, rd->refs.v, rd->refs.n * sizeof(*rd->refs.v));
		if (!f->refs)
			return report_oom(rd->r);
		f->n_refs = rd->refs.n;
	}
	return err;
}

/* --- slots of maps --------------------------------------------------------------------------- */

/* The map or function at the address that belongs into eight bytes of data, if there is one. */
static void find_target(const struct object *o, const struct elf_section *s,
			const struct elf_reloc *rel, const struct elf_symbol *sym,
			struct map_slot *slot)
{
	const struct map_place *place;
	uint64_t at, bytes = 0;

	/* The addend is in the slot itself. */
	if (s->data && s->size >= sizeof(bytes) && rel->offset <= s->size - sizeof(bytes)) {
		memcpy(&bytes, s->data + rel->offset, sizeof(bytes));
		if (o->elf->foreign)
			bytes = __builtin_bswap64(bytes);
	}
	at = sym->value + bytes + rel->addend;
	switch (section_role(o, sym->section)) {
	case SECTION_MAPS:
	case SECTION_LEGACY:
		place = map_place_at(o, sym->section, at);
		if (place && place->offset == at)
			slot->map = place->map;
		break;
	case SECTION_CODE:
		slot->func = object_func_at(o, sym->section, at);
		if (slot->func && slot->func->offset != at)
			slot->func = NULL;
		break;
	default:
		break;
	}
}

static int read_slot(struct object *o, const struct elf_section *s, const struct elf_reloc *rel,
		     struct report *r)
{
	const struct elf_symbol *sym = elf_symbol(o->elf, rel->symbol);
	const struct map_place *p = map_place_at(o, s->index, rel->offset);
	struct map_slot slot = { 0 };
	uint64_t at;

	if (!p || !p->slots || rel->offset - p->offset < p->slots)
		return report_error(
			r, EINVAL,
			"byte %llu of section '%s' refers to '%s', but no map has a slot there",
			(unsigned long long)rel->offset, s->name, sym ? symbol_name(sym) : "?");
	at = rel->offset - p->offset - p->slots;
	if (!sym || at % sizeof(uint64_t) || at / sizeof(uint64_t) > UINT32_MAX)
		return report_error(
			r, EINVAL,
			"map '%s' refers to '%s' at byte %llu of its slots, which have 8 each",
			p->map->name, sym ? symbol_name(sym) : "?", (unsigned long long)at);
	slot.index = at / sizeof(uint64_t);
	find_target(o, s, rel, sym, &slot);
	if (!slot.map && !slot.func)
		return report_error(
			r, EINVAL,
			"slot %u of map '%s' refers to '%s', which is neither a map nor a "
			"program of this object",
			slot.index, p->map->name, symbol_name(sym));
	if (p->map->inner ? !slot.map : !slot.func)
		return report_error(r, EINVAL, "slot %u of map '%s' holds %s '%s', expected a %s",
				    slot.index, p->map->name, slot.map ? "map" : "program",
				    slot.map ? slot.map->name : slot.func->name,
				    p->map->inner ? "map" : "program");
	return vec_push(&p->map->slots, slot) ? report_oom(r) : 0;
}

static int read_slots(struct object *o, uint32_t section, struct report *r)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err, first = elf_relocs(o->elf, section, &relocs, &n, r);

	for (size_t i = 0; i < n && first != -ENOMEM; i++) {
		err = relocs[i].type ? read_slot(o, &o->elf->sections[section], &relocs[i], r) : 0;
		first = first ? first : err;
	}
	return first;
}

/* An address in a claimed variable: where it belongs, the bytes are zero from now on. */
static int read_value_slot(struct object *o, const struct elf_section *s, struct map_spec *m,
			   const struct elf_reloc *rel, struct report *r)
{
	const struct elf_symbol *sym = elf_symbol(o->elf, rel->symbol);
	struct map_slot slot = { .index = (uint32_t)(rel->offset - m->offset) };

	if (m->data_size - slot.index < sizeof(uint64_t))
		return report_error(r, EINVAL,
				    "byte %u of variable '%s' has no room for an address",
				    slot.index, m->name);
	if (sym)
		find_target(o, s, rel, sym, &slot);
	if (!slot.map && !slot.func)
		return report_error(r, EINVAL,
				    "byte %u of variable '%s' refers to '%s', which is neither a "
				    "map nor a function of this object",
				    slot.index, m->name, sym ? symbol_name(sym) : "?");
	memset((uint8_t *)m->data + slot.index, 0, sizeof(uint64_t));
	return vec_push(&m->slots, slot) ? report_oom(r) : 0;
}

int object_read_value_slots(struct object *o, const struct elf_section *s, struct map_spec *m,
			    struct report *r)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err, first = elf_relocs(o->elf, s->index, &relocs, &n, r);

	for (size_t i = 0; i < n && first != -ENOMEM; i++) {
		if (!relocs[i].type || relocs[i].offset < m->offset ||
		    relocs[i].offset - m->offset >= m->data_size)
			continue;
		err = read_value_slot(o, s, m, &relocs[i], r);
		first = first ? first : err;
	}
	return first;
}

int object_read_refs(struct object *o, struct report *r)
{
	struct reader rd = { .o = o, .r = r };
	size_t at_func = 0;
	int err = 0;

	rd.places = object_immediates_are_places(o);
	for (uint32_t i = 1; i < o->elf->n_sections && err != -ENOMEM; i++) {
		if (section_role(o, i) == SECTION_CODE)
			err = read_section(&rd, i, &at_func);
		else if (section_role(o, i) == SECTION_MAPS)
			err = read_slots(o, i, r);
		else
			continue;
		rd.first = rd.first ? rd.first : err;
	}
	vec_free(&rd.refs);
	return err == -ENOMEM ? err : rd.first;
}
