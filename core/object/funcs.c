/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * funcs.c - symbols and code sections to functions and entry programs.
 *
 * Knows where each function begins and ends and copies its instructions; refuses to know what the
 * instructions refer to (refs.c) and what a section's name means beyond '.text' and a leading '?'.
 */
#include "object/internal.h"

#define INSN_SIZE sizeof(struct insn)

/* A function while the sections are being cut up: its end is known only when all are there. */
struct cut {
	struct func *func;
	uint64_t size; /* 0: not said */
	uint32_t symbol;
};

typedef VEC(struct cut) cut_list;

/* What is known of a code section before it is cut up. */
struct code {
	bool typed; /* it has function symbols */
	bool seen; /* it has functions */
	const bool *targets; /* of each instruction: is it called; NULL: nobody asked */
};

static enum linkage linkage_of(uint8_t bind)
{
	switch (bind) {
	case STB_LOCAL:
		return LINKAGE_STATIC;
	case STB_WEAK:
		return LINKAGE_WEAK;
	default:
		return LINKAGE_GLOBAL;
	}
}

static struct func *add_cut(struct object *o, cut_list *cuts, const struct elf_section *s,
			    uint64_t offset, uint64_t size, uint32_t symbol, struct report *r)
{
	struct func *f = object_alloc(o, 1, sizeof(*f), r);
	struct cut *c = f ? vec_add(cuts) : NULL;

	if (!c) {
		if (f)
			report_oom(r);
		return NULL;
	}
	f->section = s->index;
	f->section_name = s->name;
	f->offset = offset;
	c->func = f;
	c->size = size;
	c->symbol = symbol;
	return f;
}

/*
 * Which sections have function symbols. In those that have none (written in assembly, or by
 * compilers before 2018), global labels without a type are the functions, and those local ones that
 * something calls: others are only places to jump to.
 */
static bool is_function(const struct object *o, const struct elf_symbol *sym,
			const struct code *code)
{
	const struct code *c;

	if (section_role(o, sym->section) != SECTION_CODE)
		return false;
	c = &code[sym->section];
	if (sym->type == STT_FUNC)
		return true;
	if (sym->type != STT_NOTYPE || c->typed)
		return false;
	if (sym->bind != STB_LOCAL)
		return true;
	return c->targets && *sym->name && sym->value < o->elf->sections[sym->section].size &&
	       c->targets[sym->value / INSN_SIZE];
}

static int add_symbol(struct object *o, cut_list *cuts, const struct elf_symbol *sym,
		      struct report *r)
{
	const struct elf_section *s = elf_section(o->elf, sym->section);
	struct func *f;

	if (sym->value >= s->size || sym->size > s->size - sym->value)
		return report_error(r, EINVAL,
				    "function '%s' takes bytes %llu to %llu of section '%s', "
				    "which has %llu",
				    sym->name, (unsigned long long)sym->value,
				    (unsigned long long)(sym->value + sym->size), s->name,
				    (unsigned long long)s->size);
	if (sym->value % INSN_SIZE || sym->size % INSN_SIZE)
		return report_error(r, EINVAL,
				    "function '%s' begins at byte %llu and has %llu bytes: "
				    "instructions have %zu",
				    sym->name, (unsigned long long)sym->value,
				    (unsigned long long)sym->size, INSN_SIZE);
	f = add_cut(o, cuts, s, sym->value, sym->size, sym->index, r);
	if (!f)
		return -ENOMEM;
	f->name = sym->name;
	f->linkage = linkage_of(sym->bind);
	f->hidden = f->linkage != LINKAGE_STATIC &&
		    (sym->visibility == STV_HIDDEN || sym->visibility == STV_INTERNAL);
	return 0;
}

/* The section's name made fit for a program: for code that nobody named. */
static const char *name_from_section(struct object *o, const char *section)
{
	char *name = arena_dup(o->arena, *section == '?' ? section + 1 : section);

	for (char *c = name; c && *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		      (*c >= '0' && *c <= '9')))
			*c = '_';
	return name;
}

/* By place; of several names for one place, the one the linker would show: global, then first. */
static int compare_cuts(const void *pa, const void *pb)
{
	const struct cut *a = pa, *b = pb;
	bool a_static = a->func->linkage == LINKAGE_STATIC;
	bool b_static = b->func->linkage == LINKAGE_STATIC;

	if (a->func->section != b->func->section)
		return a->func->section < b->func->section ? -1 : 1;
	if (a->func->offset != b->func->offset)
		return a->func->offset < b->func->offset ? -1 : 1;
	if (a_static != b_static)
		return a_static ? 1 : -1;
	return a->symbol < b->symbol ? -1 : a->symbol > b->symbol;
}

static int read_insns(struct object *o, struct func *f, uint64_t size, struct report *r)
{
	const struct elf_section *s = elf_section(o->elf, f->section);
	int err;

	if (!s->data || f->offset > s->size || size > s->size - f->offset)
		return report_error(r, EINVAL, "function '%s' is outside of section '%s'", f->name,
				    f->section_name);
	err = object_spend(o, size, r);
	if (err)
		return err;
	f->n_insns = size / INSN_SIZE;
	f->insns = object_alloc(o, f->n_insns, sizeof(*f->insns), r);
	if (!f->insns)
		return -ENOMEM;
	insn_read(f->insns, s->data + f->offset, f->n_insns, o->elf->foreign);
	return 0;
}

static int keep_func(struct object *o, struct func *f, uint64_t size, struct report *r)
{
	int err = read_insns(o, f, size, r);

	if (err)
		return err;
	f->index = o->funcs.n;
	if (vec_push(&o->funcs, f))
		return report_oom(r);
	/* The first global one, else the first one, is what a name means. */
	if (!f->nameless) {
		struct func *other = strmap_get(o->index->funcs, f->name);

		if ((!other ||
		     (other->linkage == LINKAGE_STATIC && f->linkage != LINKAGE_STATIC)) &&
		    strmap_set(o->index->funcs, f->name, f))
			return report_oom(r);
	}
	return 0;
}

static int keep_nameless(struct object *o, const struct elf_section *s, uint64_t from, uint64_t to,
			 struct report *r)
{
	struct func *f = object_alloc(o, 1, sizeof(*f), r);

	if (!f)
		return -ENOMEM;
	f->name = arena_format(o->arena, "%s+0x%llx", s->name, (unsigned long long)from);
	if (!f->name)
		return report_oom(r);
	f->nameless = true;
	f->section = s->index;
	f->section_name = s->name;
	f->offset = from;
	f->linkage = LINKAGE_STATIC;
	return keep_func(o, f, to - from, r);
}

/*
 * Code between functions belongs to static ones whose symbols were stripped: calls still find them
 * through the section and an offset. Each call leads to the beginning of one.
 */
static int keep_gap(struct object *o, const struct elf_section *s, struct code *c, uint64_t from,
		    uint64_t to, struct report *r)
{
	int err = 0;

	if (from >= to)
		return 0;
	if (!c->targets)
		err = object_call_targets(o, s->index, &c->targets, r);
	while (!err && from < to) {
		uint64_t end = from + INSN_SIZE;

		while (end < to && !c->targets[end / INSN_SIZE])
			end += INSN_SIZE;
		err = keep_nameless(o, s, from, end, r);
		from = end;
	}
	return err;
}

/* Cut one section: cuts @c[0 .. n) lie in it, sorted. */
static int cut_section(struct object *o, const struct elf_section *s, struct code *code,
		       struct cut *c, size_t n, struct report *r)
{
	uint64_t end = 0;
	const struct cut *kept = NULL;
	int err, first = 0;

	for (size_t i = 0; i < n; i++) {
		struct func *f = c[i].func;
		uint64_t size = c[i].size, next = s->size;

		/* Another name for the function before. */
		if (kept && kept->func->offset == f->offset && (!size || size == kept->size))
			continue;
		if (f->offset < end) {
			err = report_error(
				r, EINVAL,
				"function '%s' begins at byte %llu of section '%s', inside "
				"'%s', which ends at %llu",
				f->name, (unsigned long long)f->offset, s->name, kept->func->name,
				(unsigned long long)end);
			first = first ? first : err;
			continue;
		}
		/* Of several names for one place, any may say the size. */
		for (size_t j = i + 1; j < n; j++) {
			if (c[j].func->offset != f->offset) {
				next = c[j].func->offset;
				break;
			}
			if (!size)
				size = c[j].size;
		}
		if (!size)
			size = next - f->offset;
		err = keep_gap(o, s, code, end, f->offset, r);
		if (!err)
			err = keep_func(o, f, size, r);
		if (err)
			return err;
		c[i].size = size;
		kept = &c[i];
		end = f->offset + size;
	}
	return first ? first : keep_gap(o, s, code, end, s->size, r);
}

static int add_programs(struct object *o, struct report *r)
{
	for (size_t i = 0; i < o->funcs.n; i++) {
		struct func *f = o->funcs.v[i];
		struct program_spec *p;

		if (f->nameless || section_is_text(f->section_name))
			continue;
		p = object_alloc(o, 1, sizeof(*p), r);
		if (!p)
			return -ENOMEM;
		p->name = f->name;
		p->autoload = f->section_name[0] != '?';
		p->section = f->section_name + !p->autoload;
		p->entry = f;
		if (vec_push(&o->programs, p))
			return report_oom(r);
	}
	return 0;
}

/* Code sections without any function: the whole section is one, as the first loaders had it. */
static int add_whole_sections(struct object *o, cut_list *cuts, const struct code *code,
			      struct report *r)
{
	for (size_t i = 1; i < o->elf->n_sections; i++) {
		const struct elf_section *s = &o->elf->sections[i];
		struct func *f;

		if (section_role(o, i) != SECTION_CODE || code[i].seen || section_is_text(s->name))
			continue;
		f = add_cut(o, cuts, s, 0, s->size, 0, r);
		if (!f)
			return -ENOMEM;
		f->name = name_from_section(o, s->name);
		if (!f->name)
			return report_oom(r);
		f->linkage = LINKAGE_GLOBAL;
	}
	return 0;
}

/* Sections without function symbols, but with local labels: see which are called. */
static int look_around(struct object *o, struct code *code, struct report *r)
{
	for (size_t i = 1; i < o->elf->n_sections; i++) {
		const struct elf_section *s = &o->elf->sections[i];

		if (section_role(o, i) == SECTION_CODE && s->size % INSN_SIZE)
			return report_error(
				r, EINVAL,
				"code section '%s' has %llu bytes, not a multiple of %zu", s->name,
				(unsigned long long)s->size, INSN_SIZE);
	}
	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];

		if (sym->type == STT_FUNC && section_role(o, sym->section) == SECTION_CODE)
			code[sym->section].typed = true;
	}
	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];
		int err = 0;

		if (sym->type == STT_NOTYPE && sym->bind == STB_LOCAL && *sym->name &&
		    section_role(o, sym->section) == SECTION_CODE && !code[sym->section].typed &&
		    !code[sym->section].targets)
			err = object_call_targets(o, sym->section, &code[sym->section].targets, r);
		if (err)
			return err;
	}
	return 0;
}

static int collect(struct object *o, cut_list *cuts, struct code *code, struct report *r)
{
	int err, first = look_around(o, code, r);

	if (first)
		return first;
	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];

		if (!is_function(o, sym, code))
			continue;
		err = add_symbol(o, cuts, sym, r);
		if (err == -ENOMEM)
			return err;
		first = first ? first : err;
		code[sym->section].seen = true;
	}
	return first ? first : add_whole_sections(o, cuts, code, r);
}

static int cut_all(struct object *o, const cut_list *cuts, struct code *code, struct report *r)
{
	size_t at = 0;
	int err, first = 0;

	for (size_t i = 1; i < o->elf->n_sections; i++) {
		size_t from = at;

		while (at < cuts->n && cuts->v[at].func->section == i)
			at++;
		if (section_role(o, i) != SECTION_CODE)
			continue;
		err = cut_section(o, &o->elf->sections[i], &code[i],
				  at > from ? cuts->v + from : NULL, at - from, r);
		if (err == -ENOMEM || err == -EFBIG)
			return err;
		first = first ? first : err;
	}
	return first;
}

int object_read_funcs(struct object *o, struct report *r)
{
	_free_ struct code *code = calloc(o->elf->n_sections + 1, sizeof(*code));
	cut_list cuts = { 0 };
	int err;

	if (!code)
		return report_oom(r);
	err = collect(o, &cuts, code, r);
	if (!err) {
		if (cuts.n)
			qsort(cuts.v, cuts.n, sizeof(*cuts.v), compare_cuts);
		err = cut_all(o, &cuts, code, r);
	}
	if (!err)
		err = add_programs(o, r);
	vec_free(&cuts);
	return err;
}
