/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * reloc.c - references, after everything has moved.
 *
 * Knows where compilers leave the distance from a section's beginning (in an instruction's
 * immediate, or in the bytes of the place) and adds what the section moved by; a reference to a
 * symbol has nothing to add, for the symbol moved. Refuses to resolve anything: that is the
 * loader's, which knows descriptors.
 */
#include <byteswap.h>

#include "elf/insn.h"
#include "linker/inner.h"

#define INSN_SIZE sizeof(struct insn)

/* How many bytes a relocation of data changes; 0: a type that nobody should write there. */
static unsigned int width_of(uint32_t type)
{
	switch (type) {
	case R_BPF_64_64: /* compilers before 2021 */
	case 2: /* R_BPF_64_ABS64 */
		return 8;
	case 3: /* R_BPF_64_ABS32 */
	case 4: /* R_BPF_64_NODYLD32 */
	case R_BPF_64_32: /* compilers before 2021 */
		return 4;
	default:
		return 0;
	}
}

/* One relocation of an input, about to be moved. */
struct move {
	struct job *job;
	struct input *in;
	const struct elf_section *section; /* that it is in */
	const struct placed *placed;
	const struct elf_reloc *rel;
	const struct elf_symbol *sym;
	struct symbol *to;
	int64_t delta; /* to add to what is in the place */
};

#define bad_move(m, err, fmt, ...)                                                                 \
	report_error((m)->job->report, (err), "section '%s', byte %llu: " fmt, (m)->section->name, \
		     (unsigned long long)(m)->rel->offset, ##__VA_ARGS__)

static const char *symbol_name(const struct elf_symbol *sym)
{
	return *sym->name ? sym->name : "(no name)";
}

static uint8_t *place_of(const struct move *m)
{
	return m->placed->to->data + m->placed->base + m->rel->offset;
}

static uint64_t read_word(const struct move *m, const uint8_t *at, unsigned int width)
{
	uint64_t wide;
	uint32_t word;

	if (width == 8) {
		memcpy(&wide, at, 8);
		return m->in->elf->foreign ? bswap_64(wide) : wide;
	}
	memcpy(&word, at, 4);
	return m->in->elf->foreign ? bswap_32(word) : word;
}

static void write_word(const struct move *m, uint8_t *at, uint64_t value, unsigned int width)
{
	uint64_t wide = m->in->elf->foreign ? bswap_64(value) : value;
	uint32_t word = m->in->elf->foreign ? bswap_32((uint32_t)value) : (uint32_t)value;

	if (width == 8)
		memcpy(at, &wide, 8);
	else
		memcpy(at, &word, 4);
}

/* --- jump tables ------------------------------------------------------------------------------ */

/*
 * Entries of ".jumptables" are distances from the beginning of the code section, without a
 * relocation of their own: whoever refers to a table says which section that is.
 */
static int shift_table(struct move *m)
{
	struct symbol *table = m->to;
	uint8_t *at = table->section->data;

	if (!m->placed->base || table->shifted)
		return 0;
	if (!table->size || table->size % 8 || !at)
		return bad_move(m, EOPNOTSUPP,
				"refers to a jump table whose size no symbol says: its targets "
				"cannot be moved");
	at += table->value;
	for (uint64_t i = 0; i < table->size; i += 8) {
		uint64_t target = read_word(m, at + i, 8);

		if (target >= m->section->size)
			return bad_move(m, EINVAL,
					"entry %llu of jump table '%s' is byte %llu of section "
					"'%s', which has %llu",
					(unsigned long long)(i / 8), symbol_name(m->sym),
					(unsigned long long)target, m->section->name,
					(unsigned long long)m->section->size);
		write_word(m, at + i, target + m->placed->base, 8);
	}
	table->shifted = true;
	return 0;
}

/* --- code and data ---------------------------------------------------------------------------- */

static int move_immediate(struct move *m)
{
	uint64_t start = m->rel->offset / INSN_SIZE * INSN_SIZE;
	uint8_t *at = m->placed->to->data + m->placed->base + start;
	int64_t imm = (int32_t)read_word(m, at + 4, 4);
	bool call = *at == (INSN_JMP | INSN_CALL);

	if (!call && *at != INSN_LDDW)
		return bad_move(m, EINVAL,
				"a reference to '%s' in an instruction that takes none "
				"(code 0x%02x)",
				symbol_name(m->sym), *at);
	if (call && m->delta % (int64_t)INSN_SIZE)
		return bad_move(m, EINVAL, "calls '%s' between two instructions",
				symbol_name(m->sym));
	if (__builtin_add_overflow(imm, call ? m->delta / (int64_t)INSN_SIZE : m->delta, &imm) ||
	    imm < INT32_MIN || imm > INT32_MAX)
		return bad_move(m, ERANGE, "refers to '%s' with an offset out of all bounds",
				symbol_name(m->sym));
	write_word(m, at + 4, (uint64_t)imm, 4);
	return 0;
}

static int move_word(struct move *m)
{
	unsigned int width = width_of(m->rel->type);

	if (!width)
		return bad_move(m, EOPNOTSUPP, "a relocation of type %u, which is not for data",
				m->rel->type);
	if (m->section->size - m->rel->offset < width)
		return bad_move(m, EINVAL, "a relocation of %u bytes at the end of %llu", width,
				(unsigned long long)m->section->size);
	write_word(m, place_of(m), read_word(m, place_of(m), width) + (uint64_t)m->delta, width);
	return 0;
}

/* From the beginning of the input's section: that is somewhere else now. */
static int add_base(struct move *m)
{
	uint64_t base = m->in->placed[m->sym->section].base + m->sym->value;

	if (__builtin_add_overflow(m->delta, (int64_t)base, &m->delta))
		return bad_move(m, ERANGE, "refers to '%s' with an offset out of all bounds",
				symbol_name(m->sym));
	return 0;
}

static int move_one(struct move *m)
{
	struct relocation out = { .offset = m->placed->base + m->rel->offset,
				  .type = m->rel->type,
				  .symbol = m->to };
	int err = 0;

	if (m->to->section && streq(m->to->section->name, ".jumptables") &&
	    m->section->flags & SHF_EXECINSTR)
		err = shift_table(m);
	m->delta = m->rel->addend;
	if (!err && m->to->section && m->to == m->to->section->symbol)
		err = add_base(m);
	if (!err && m->delta)
		err = m->section->flags & SHF_EXECINSTR ? move_immediate(m) : move_word(m);
	if (!err && vec_push(&m->placed->to->relocs, out))
		err = report_oom(m->job->report);
	return err;
}

static int move_reloc(struct job *j, struct input *in, const struct elf_section *s,
		      const struct elf_reloc *rel)
{
	struct move m = {
		.job = j, .in = in, .section = s, .placed = &in->placed[s->index], .rel = rel
	};

	m.sym = elf_symbol(in->elf, rel->symbol);
	m.to = m.sym ? in->symbols[rel->symbol] : NULL;
	if (m.to)
		return move_one(&m);
	if (!m.sym || m.sym->section == SHN_UNDEF || m.sym->section >= in->elf->n_sections)
		return bad_move(&m, EINVAL, "refers to symbol number %u, which names nothing",
				rel->symbol);
	return bad_move(&m, EINVAL, "refers to '%s' in section '%s', which is no part of a program",
			symbol_name(m.sym), in->elf->sections[m.sym->section].name);
}

static int move_section(struct job *j, struct input *in, const struct elf_section *s)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err, first = elf_relocs(in->elf, s->index, &relocs, &n, j->report);

	for (size_t i = 0; i < n && first != -ENOMEM; i++) {
		err = relocs[i].type ? move_reloc(j, in, s, &relocs[i]) : 0;
		first = first && err != -ENOMEM ? first : err;
	}
	return first;
}

int move_relocations(struct job *j)
{
	int err, first = 0;

	for (size_t i = 0; i < j->linker->inputs.n; i++) {
		struct input *in = j->linker->inputs.v[i];

		REPORT_IN(j->report, REPORT_OBJECT, in->path);
		for (size_t k = 1; k < in->elf->n_sections && first != -ENOMEM; k++) {
			const struct placed *p = &in->placed[k];

			/* a license that another file has already brings nothing */
			if (!p->to || (p->to->note && p->to->first != in))
				continue;
			err = move_section(j, in, &in->elf->sections[k]);
			first = first && err != -ENOMEM ? first : err;
		}
	}
	return first;
}
