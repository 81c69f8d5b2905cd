/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * symbol.c - which definition each name means.
 *
 * Knows the rules that all static linkers have: local symbols are their file's own; of the others a
 * strong definition beats a tentative one (SHN_COMMON) and that a weak one, the first weak one
 * stays, two strong ones are an error; the strictest visibility holds for all. Refuses to know
 * types: agree.c compares what the files say of a name.
 */
#include "linker/inner.h"

/* How much a definition weighs. */
enum weight { UNDEFINED, WEAK, TENTATIVE, STRONG };

static enum weight weight_of(const struct elf_symbol *sym)
{
	if (sym->section == SHN_UNDEF)
		return UNDEFINED;
	if (sym->section == SHN_COMMON)
		return TENTATIVE;
	return sym->bind == STB_WEAK ? WEAK : STRONG;
}

const struct symbol *job_global(const struct job *j, const char *name)
{
	return strmap_get(j->global_names, name);
}

/* --- lost definitions ------------------------------------------------------------------------- */

static int compare_ranges(const void *pa, const void *pb)
{
	const struct range *a = pa, *b = pb;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a->from < b->from ? -1 : a->from > b->from;
}

/* The last range that begins at or before the byte. */
static const struct range *range_before(const struct input *in, uint32_t section, uint64_t offset)
{
	size_t low = 0, high = in->lost.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct range *range = &in->lost.v[mid];

		if (range->section < section ||
		    (range->section == section && range->from <= offset))
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &in->lost.v[low - 1] : NULL;
}

bool input_lost(const struct input *in, uint32_t section, uint64_t offset)
{
	const struct range *range = range_before(in, section, offset);

	return range && range->section == section && offset < range->to;
}

/* A definition that lost: code that only its name led to is dead. */
static int lose(struct job *j, struct input *in, const struct elf_symbol *sym)
{
	struct range range = { sym->section, sym->value, sym->value + sym->size };

	if (sym->type != STT_FUNC || !sym->size)
		return 0;
	return vec_push(&in->lost, range) ? report_oom(j->report) : 0;
}

/* Other names for the same code, which did not lose, keep it alive. */
static void revive(struct input *in)
{
	for (size_t i = 1; i < in->elf->n_symbols && in->lost.n; i++) {
		const struct elf_symbol *sym = &in->elf->symbols[i];
		const struct symbol *s = in->symbols[i];
		struct range *range;

		if (!s || sym->type != STT_FUNC || (sym->bind != STB_LOCAL && s->from != sym))
			continue;
		range = (struct range *)range_before(in, sym->section, sym->value);
		if (range && range->section == sym->section && sym->value < range->to)
			range->to = range->from;
	}
}

/* --- taking symbols -------------------------------------------------------------------------- */

static struct symbol *new_symbol(struct job *j, struct input *in, const struct elf_symbol *from)
{
	struct symbol *s = job_alloc(j, 1, sizeof(*s));

	if (!s)
		return NULL;
	s->name = from->name;
	s->bind = from->bind;
	s->type = from->type;
	s->visibility = from->visibility;
	s->seen = in;
	return s;
}

static bool is_special(uint32_t section)
{
	return section == SHN_ABS || section == SHN_COMMON;
}

static void define(struct symbol *s, struct input *in, const struct elf_symbol *sym)
{
	const struct placed *placed = is_special(sym->section) ? NULL : &in->placed[sym->section];

	s->owner = in;
	s->from = sym;
	s->type = sym->type;
	s->bind = sym->bind;
	s->special = placed ? 0 : sym->section;
	s->section = placed ? placed->to : NULL;
	s->value = sym->value + (placed ? placed->base : 0);
	s->size = sym->size;
}

static uint8_t stricter(uint8_t a, uint8_t b)
{
	/* STV_INTERNAL is 1 and the strictest; STV_DEFAULT is 0 */
	if (!a || !b)
		return a | b;
	return MIN(a, b);
}

static const char *kind_name(const struct elf_symbol *sym)
{
	return sym->type == STT_FUNC ? "function" : "variable";
}

static int two_definitions(struct job *j, const struct symbol *s, struct input *in,
			   const struct elf_symbol *sym)
{
	if (s->owner == in)
		return report_error(j->report, EEXIST, "%s '%s' is defined twice", kind_name(sym),
				    sym->name);
	report_error(j->report, EEXIST, "%s '%s' is defined in '%s', too", kind_name(sym),
		     sym->name, s->owner->path);
	report_hint(j->report, "make one of them static, or __weak for one that may be replaced");
	return -EEXIST;
}

/* Is it the one license that all files have. */
static bool same_note(const struct symbol *s, const struct input *in, const struct elf_symbol *sym)
{
	const struct placed *placed = is_special(sym->section) ? NULL : &in->placed[sym->section];

	return placed && placed->to && placed->to->note && s->section == placed->to &&
	       s->value == sym->value;
}

/* Two tentative definitions are one, as large as the larger. */
static void join_tentative(struct symbol *s, const struct elf_symbol *sym)
{
	s->size = MAX(s->size, sym->size);
	s->value = MAX(s->value, sym->value);
}

/* One more definition of @s. */
static int compete(struct job *j, struct symbol *s, struct input *in, const struct elf_symbol *sym)
{
	enum weight old = weight_of(s->from), new = weight_of(sym);

	if ((sym->type == STT_FUNC) != (s->from->type == STT_FUNC))
		return report_error(j->report, EINVAL, "'%s' is a %s, but in '%s' it is a %s",
				    sym->name, kind_name(sym), s->owner->path, kind_name(s->from));
	if (old == STRONG && new == STRONG)
		return same_note(s, in, sym) ? 0 : two_definitions(j, s, in, sym);
	if (old == TENTATIVE && new == TENTATIVE) {
		join_tentative(s, sym);
		return 0;
	}
	if (new > old) {
		int err = lose(j, s->owner, s->from);

		define(s, in, sym);
		return err;
	}
	return lose(j, in, sym);
}

static int take_global(struct job *j, struct input *in, const struct elf_symbol *sym,
		       struct symbol **out)
{
	struct symbol *s = strmap_get(j->global_names, sym->name);
	bool defined = sym->section != SHN_UNDEF;

	if (!*sym->name)
		return report_error(j->report, EINVAL,
				    "symbol number %u is global, but has no name", sym->index);
	if (!s) {
		s = new_symbol(j, in, sym);
		if (!s)
			return -ENOMEM;
		if (vec_push(&j->globals, s) || strmap_set(j->global_names, s->name, s))
			return report_oom(j->report);
	}
	*out = s;
	s->visibility = stricter(s->visibility, sym->visibility);
	if (defined && s->owner)
		return compete(j, s, in, sym);
	if (defined)
		define(s, in, sym);
	else if (!s->owner && sym->bind != STB_WEAK)
		s->bind = sym->bind; /* needed by one is needed */
	return 0;
}

static int take_local(struct job *j, struct input *in, const struct elf_symbol *sym,
		      struct symbol **out)
{
	struct symbol *s;

	if (sym->type == STT_FILE || sym->section == SHN_UNDEF)
		return 0;
	if (sym->type == STT_SECTION && !is_special(sym->section)) {
		*out = in->placed[sym->section].to->symbol;
		return 0;
	}
	s = new_symbol(j, in, sym);
	if (!s)
		return -ENOMEM;
	define(s, in, sym);
	*out = s;
	return vec_push(&j->locals, s) ? report_oom(j->report) : 0;
}

static int take_symbol(struct job *j, struct input *in, const struct elf_symbol *sym)
{
	struct symbol **out = &in->symbols[sym->index];

	if (sym->section != SHN_UNDEF && !is_special(sym->section)) {
		const struct elf_section *s = &in->elf->sections[sym->section];

		if (!in->placed[sym->section].to)
			return 0;
		if (sym->value > s->size || sym->size > s->size - sym->value)
			return report_error(j->report, EINVAL,
					    "symbol '%s' takes bytes %llu to %llu of section '%s', "
					    "which has %llu",
					    sym->name, (unsigned long long)sym->value,
					    (unsigned long long)(sym->value + sym->size), s->name,
					    (unsigned long long)s->size);
	}
	if (sym->bind == STB_LOCAL)
		return take_local(j, in, sym, out);
	return take_global(j, in, sym, out);
}

static int take_symbols(struct job *j, struct input *in)
{
	REPORT_IN(j->report, REPORT_OBJECT, in->path);
	int err, first = 0;

	in->symbols = job_alloc(j, in->elf->n_symbols, sizeof(struct symbol *));
	if (!in->symbols)
		return -ENOMEM;
	for (size_t i = 1; i < in->elf->n_symbols && first != -ENOMEM; i++) {
		err = take_symbol(j, in, &in->elf->symbols[i]);
		first = first && err != -ENOMEM ? first : err;
	}
	return first;
}

/* --- when all are there ----------------------------------------------------------------------- */

/* Tentative definitions that nobody defined are zeroed variables. */
static int place_tentative(struct job *j)
{
	for (size_t i = 0; i < j->globals.n; i++) {
		struct symbol *s = j->globals.v[i];
		struct section *bss = section_named(j, ".bss");
		int err;

		if (s->special != SHN_COMMON)
			continue;
		if (!bss)
			bss = section_add(j, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE);
		if (!bss)
			return -ENOMEM;
		bss->first = bss->first ? bss->first : s->owner;
		err = section_extend(j, bss, s->size, s->value, &s->value);
		if (err)
			return err;
		bss->zeroes += s->size;
		s->section = bss;
		s->special = 0;
	}
	return 0;
}

/* Whose types describe a name: the one who defines it, else the one who says most. */
static int trust(const struct symbol *s, const struct input *in, const struct declared *d)
{
	if (s->owner == in)
		return 3;
	return d->section && !streq(d->section, ".extern") ? 2 : 1;
}

static void choose_declarations(struct input *in)
{
	for (size_t i = 1; i < in->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &in->elf->symbols[i];
		struct symbol *s = in->symbols[i];
		const struct declared *d;

		if (!s || sym->bind == STB_LOCAL)
			continue;
		d = strmap_get(in->declared, sym->name);
		if (!d || (s->said && trust(s, in, d) <= trust(s, s->said_by, s->said)))
			continue;
		s->said = d;
		s->said_by = in;
	}
}

/* What only the kernel can give is missing rightly; for the rest somebody may be waiting. */
static void note_missing(struct job *j)
{
	for (size_t i = 0; i < j->globals.n; i++) {
		const struct symbol *s = j->globals.v[i];

		if (s->owner || s->bind == STB_WEAK)
			continue;
		if (s->said && s->said->section &&
		    (streq(s->said->section, ".ksyms") || streq(s->said->section, ".kconfig")))
			continue;
		REPORT_IN(j->report, REPORT_OBJECT, s->seen->path);
		report_note(j->report, "'%s' is not defined in any of the files", s->name);
	}
}

int resolve_symbols(struct job *j)
{
	const struct linker *l = j->linker;
	int err, first = 0;

	for (size_t i = 0; i < l->inputs.n && first != -ENOMEM; i++) {
		err = take_symbols(j, l->inputs.v[i]);
		first = first && err != -ENOMEM ? first : err;
	}
	if (!first)
		first = place_tentative(j);
	if (first)
		return first;
	for (size_t i = 0; i < l->inputs.n; i++) {
		struct input *in = l->inputs.v[i];

		choose_declarations(in);
		if (!in->lost.n)
			continue;
		qsort(in->lost.v, in->lost.n, sizeof(*in->lost.v), compare_ranges);
		revive(in);
	}
	note_missing(j);
	return 0;
}
