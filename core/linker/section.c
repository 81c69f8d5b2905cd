/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * section.c - sections of one name put behind each other.
 *
 * Knows which sections belong to the program, how they are aligned, and that all parts of a program
 * have one license; refuses to know what is in them. Debug information of other tools is dropped:
 * the kernel's own kind is .BTF, which types.c merges.
 */
#include "elf/insn.h"
#include "linker/inner.h"

/* Variables' places in BTF, and sizes of maps, have no more bits. */
#define MAX_SECTION ((uint64_t)INT32_MAX)
/* More than any page. A larger one would cost memory for nothing. */
#define MAX_ALIGN ((uint64_t)1 << 16)
/* Zeroes that a section without bytes costs when another file has bytes for it. */
#define MAX_ZEROES ((uint64_t)16 << 20)

#define INSN_SIZE sizeof(struct insn)

static bool is_note(const char *name)
{
	return streq(name, "license") || streq(name, "version");
}

/* Does a section belong to the program. Compilers mark those; old ones forgot some. */
static bool is_kept(const struct elf_section *s)
{
	if (s->type != SHT_PROGBITS && s->type != SHT_NOBITS)
		return false;
	if (streq(s->name, ".eh_frame"))
		return false;
	return s->flags & SHF_ALLOC || is_note(s->name) || streq(s->name, ".maps") ||
	       streq(s->name, "maps");
}

struct section *section_named(struct job *j, const char *name)
{
	return strmap_get(j->section_names, name);
}

struct section *section_add(struct job *j, const char *name, uint32_t type, uint64_t flags)
{
	struct section *s = job_alloc(j, 1, sizeof(*s));
	struct symbol *symbol = job_alloc(j, 1, sizeof(*symbol));

	if (!s || !symbol)
		return NULL;
	s->name = name;
	s->type = type;
	s->flags = flags;
	s->align = flags & SHF_EXECINSTR ? INSN_SIZE : 1;
	s->note = is_note(name);
	s->symbol = symbol;
	symbol->name = "";
	symbol->type = STT_SECTION;
	symbol->section = s;
	if (vec_push(&j->sections, s) || vec_push(&j->locals, symbol) ||
	    strmap_set(j->section_names, name, s)) {
		report_oom(j->report);
		return NULL;
	}
	return s;
}

int section_extend(struct job *j, struct section *to, uint64_t size, uint64_t align, uint64_t *base)
{
	align = align ? align : 1;
	if (align & (align - 1) || align > MAX_ALIGN)
		return report_error(j->report, EINVAL,
				    "section '%s' wants an alignment of %llu bytes, expected a "
				    "power of two up to %llu",
				    to->name, (unsigned long long)align,
				    (unsigned long long)MAX_ALIGN);
	to->align = MAX(to->align, align);
	*base = ROUND_UP(to->size, align);
	if (size > MAX_SECTION || *base > MAX_SECTION - size)
		return report_error(j->report, EFBIG,
				    "section '%s' would have more than %llu bytes", to->name,
				    (unsigned long long)MAX_SECTION);
	to->size = *base + size;
	return 0;
}

/* --- one input's section ---------------------------------------------------------------------- */

static int check_code(struct job *j, const struct elf_section *s)
{
	if (s->type != SHT_PROGBITS || s->size % INSN_SIZE)
		return report_error(j->report, EINVAL,
				    "code section '%s' has %llu bytes, not a multiple of %zu",
				    s->name, (unsigned long long)s->size, INSN_SIZE);
	return 0;
}

/* All parts of a program have one license, and are for one kernel version. */
static int check_note(struct job *j, const struct section *to, const struct elf_section *s)
{
	const struct elf_section *first = to->from;

	if (first->size == s->size && first->data && s->data &&
	    memcmp(first->data, s->data, s->size) == 0)
		return 0;
	if (streq(s->name, "license") && s->data && first->data)
		return report_error(j->report, EINVAL,
				    "the license is '%.*s', but that of '%s' is '%.*s'",
				    (int)strnlen((const char *)s->data, MIN(s->size, 128)), s->data,
				    to->first->path,
				    (int)strnlen((const char *)first->data, MIN(first->size, 128)),
				    first->data);
	return report_error(j->report, EINVAL, "section '%s' is not the same as in '%s'", s->name,
			    to->first->path);
}

static int check_kind(struct job *j, const struct section *to, const struct elf_section *s)
{
	bool code = s->flags & SHF_EXECINSTR;

	if (code == !!(to->flags & SHF_EXECINSTR))
		return 0;
	return report_error(j->report, EINVAL, "section '%s' has %s, but in '%s' it has %s",
			    s->name, code ? "code" : "data", to->first->path,
			    code ? "data" : "code");
}

/* Strings and constants that could be shared by content, if all parts are of one kind. */
static void join_flags(struct section *to, const struct elf_section *s)
{
	const uint64_t shared = SHF_MERGE | SHF_STRINGS;
	const uint64_t both = s->entsize == to->entsize ? to->flags & s->flags & shared : 0;

	to->flags = ((to->flags | s->flags) & ~shared) | both;
	to->flags &= ~(uint64_t)(SHF_COMPRESSED | SHF_GROUP | SHF_EXCLUDE);
	if (!both)
		to->entsize = 0;
	if (s->type == SHT_PROGBITS)
		to->type = SHT_PROGBITS;
	else
		to->zeroes += s->size;
}

static int place_section(struct job *j, struct input *in, const struct elf_section *s)
{
	struct section *to = section_named(j, s->name);
	struct placed *placed = &in->placed[s->index];
	int err = s->flags & SHF_EXECINSTR ? check_code(j, s) : 0;

	if (err)
		return err;
	if (!to) {
		to = section_add(j, s->name, s->type, s->flags);
		if (!to)
			return -ENOMEM;
		to->entsize = s->entsize;
		to->first = in;
		to->from = s;
	} else {
		err = to->note ? check_note(j, to, s) : check_kind(j, to, s);
	}
	if (err)
		return err;
	placed->to = to;
	if (to->note && to->from != s)
		return 0;
	join_flags(to, s);
	return section_extend(j, to, s->size,
			      s->flags & SHF_EXECINSTR ? MAX(s->align, INSN_SIZE) : s->align,
			      &placed->base);
}

/* An empty section matters only when something is called a place in it. */
static int mark_named(struct job *j, const struct input *in, bool **out)
{
	bool *named = job_alloc(j, in->elf->n_sections, sizeof(*named));

	*out = named;
	if (!named)
		return -ENOMEM;
	for (size_t i = 1; i < in->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &in->elf->symbols[i];

		if (sym->type != STT_SECTION && sym->type != STT_FILE &&
		    sym->section < in->elf->n_sections)
			named[sym->section] = true;
	}
	return 0;
}

static int place_input(struct job *j, struct input *in)
{
	REPORT_IN(j->report, REPORT_OBJECT, in->path);
	bool *named;
	int err, first;

	in->placed = job_alloc(j, in->elf->n_sections, sizeof(*in->placed));
	first = in->placed ? mark_named(j, in, &named) : -ENOMEM;
	for (size_t i = 1; i < in->elf->n_sections && first != -ENOMEM; i++) {
		const struct elf_section *s = &in->elf->sections[i];

		if (!is_kept(s) || (!s->size && !named[i]))
			continue;
		err = place_section(j, in, s);
		first = first && err != -ENOMEM ? first : err;
	}
	return first;
}

int place_sections(struct job *j)
{
	int err, first = 0;

	for (size_t i = 0; i < j->linker->inputs.n && first != -ENOMEM; i++) {
		err = place_input(j, j->linker->inputs.v[i]);
		first = first && err != -ENOMEM ? first : err;
	}
	return first;
}

/* --- bytes ----------------------------------------------------------------------------------- */

/* Between two pieces of code: instructions that do nothing, "goto +0". */
static void fill_code(struct section *s)
{
	for (uint64_t at = 0; at < s->size; at += INSN_SIZE)
		s->data[at] = INSN_JMP | INSN_JA;
}

static int make_data(struct job *j, struct section *s, uint64_t *zeroes)
{
	if (s->type == SHT_NOBITS)
		return 0;
	*zeroes += s->zeroes;
	if (*zeroes > MAX_ZEROES)
		return report_error(j->report, EFBIG,
				    "section '%s' has bytes in one file, and more than %llu "
				    "without bytes in others",
				    s->name, (unsigned long long)MAX_ZEROES);
	s->data = job_alloc(j, s->size, 1);
	if (!s->data)
		return -ENOMEM;
	if (s->flags & SHF_EXECINSTR)
		fill_code(s);
	return 0;
}

int copy_sections(struct job *j)
{
	uint64_t zeroes = 0;
	int err = 0;

	for (size_t i = 0; i < j->sections.n && !err; i++)
		err = make_data(j, j->sections.v[i], &zeroes);
	for (size_t i = 0; i < j->linker->inputs.n && !err; i++) {
		const struct input *in = j->linker->inputs.v[i];

		for (size_t k = 1; k < in->elf->n_sections; k++) {
			const struct elf_section *s = &in->elf->sections[k];
			const struct placed *p = &in->placed[k];

			if (p->to && p->to->data && s->data && s->size)
				memcpy(p->to->data + p->base, s->data, s->size);
		}
	}
	return err;
}
