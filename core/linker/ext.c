/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ext.c - .BTF.ext of all inputs as one: functions, source lines, CO-RE relocations.
 *
 * Knows that records follow their code, and that those of a function that lost are of no more use;
 * refuses to look into what a relocation is about. Everything is written in words of 32 bits.
 */
#include "base/text.h"
#include "linker/inner.h"

/* One input's records of one section, on their way. */
struct mover {
	struct job *job;
	const struct input *in;
	const struct elf_section *from;
	const struct placed *placed;
	int err;
};

/* Where a record goes; false: it describes nothing that is left. */
static bool move_place(const struct mover *m, uint32_t *offset)
{
	if (*offset >= m->from->size || input_lost(m->in, m->from->index, *offset))
		return false;
	*offset += (uint32_t)m->placed->base;
	return true;
}

static uint32_t move_string(struct mover *m, uint32_t off)
{
	int64_t added = btf_add_str(m->job->btf, btf_str(m->in->btf, off));

	if (added < 0 && !m->err)
		m->err = report_oom(m->job->report);
	return added < 0 ? 0 : (uint32_t)added;
}

static uint32_t move_type(struct mover *m, uint32_t id, uint32_t offset)
{
	if (id < btf_count(m->in->btf))
		return m->in->types[id];
	m->err = report_error(m->job->report, EINVAL, ".BTF.ext: byte %u of '%s' has type %u of %u",
			      offset, m->from->name, id, btf_count(m->in->btf));
	return 0;
}

static int move_records(struct mover *m, const struct btf_ext_section *s)
{
	struct section *to = m->placed->to;

	for (size_t i = 0; i < s->n_funcs && !m->err; i++) {
		struct btf_func_info f = s->funcs[i];

		if (!move_place(m, &f.insn_off))
			continue;
		f.type_id = move_type(m, f.type_id, s->funcs[i].insn_off);
		if (!m->err && vec_push(&to->funcs, f))
			m->err = report_oom(m->job->report);
	}
	for (size_t i = 0; i < s->n_lines && !m->err; i++) {
		struct btf_line_info l = s->lines[i];

		if (!move_place(m, &l.insn_off))
			continue;
		l.file_name_off = move_string(m, l.file_name_off);
		l.line_off = move_string(m, l.line_off);
		if (!m->err && vec_push(&to->lines, l))
			m->err = report_oom(m->job->report);
	}
	for (size_t i = 0; i < s->n_relos && !m->err; i++) {
		struct btf_core_relo c = s->relos[i];

		if (!move_place(m, &c.insn_off))
			continue;
		c.type_id = move_type(m, c.type_id, s->relos[i].insn_off);
		c.access_str_off = move_string(m, c.access_str_off);
		if (!m->err && vec_push(&to->relos, c))
			m->err = report_oom(m->job->report);
	}
	return m->err;
}

static int move_input(struct job *j, const struct input *in)
{
	int err = 0;

	for (size_t i = 0; in->ext && i < in->ext->n_sections && !err; i++) {
		const struct btf_ext_section *s = &in->ext->sections[i];
		struct mover m = { .job = j, .in = in };

		/* records name their section; when two have the name, they are the first one's */
		m.from = elf_section_named(in->elf, s->name);
		m.placed = m.from ? &in->placed[m.from->index] : NULL;
		if (m.placed && m.placed->to)
			err = move_records(&m, s);
	}
	return err;
}

/* --- writing --------------------------------------------------------------------------------- */

enum table { FUNCS, LINES, RELOS, TABLES };

static const uint32_t record_sizes[TABLES] = {
	[FUNCS] = sizeof(struct btf_func_info),
	[LINES] = sizeof(struct btf_line_info),
	[RELOS] = sizeof(struct btf_core_relo),
};

static const void *records(const struct section *s, enum table table, size_t *n)
{
	switch (table) {
	case FUNCS:
		*n = s->funcs.n;
		return s->funcs.v;
	case LINES:
		*n = s->lines.n;
		return s->lines.v;
	default:
		*n = s->relos.n;
		return s->relos.v;
	}
}

static void put_word(struct buf *b, uint32_t word)
{
	buf_put(b, &word, sizeof(word));
}

static int put_table(struct job *j, struct buf *b, enum table table)
{
	bool begun = false;

	for (size_t i = 0; i < j->sections.n; i++) {
		const struct section *s = j->sections.v[i];
		size_t n;
		const void *v = records(s, table, &n);
		int64_t name;

		if (!n)
			continue;
		name = btf_add_str(j->btf, s->name);
		if (name < 0)
			return report_oom(j->report);
		if (!begun)
			put_word(b, record_sizes[table]);
		begun = true;
		put_word(b, (uint32_t)name);
		put_word(b, (uint32_t)n);
		buf_put(b, v, n * record_sizes[table]);
	}
	return b->failed ? report_oom(j->report) : 0;
}

static int put_ext(struct job *j)
{
	struct {
		uint16_t magic;
		uint8_t version, flags;
		uint32_t hdr_len;
		uint32_t tables[TABLES][2]; /* offset, length */
	} header = { .magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(header) };
	const size_t words = offsetof(__typeof__(header), hdr_len);
	_buf_free_ struct buf body = { 0 };
	int err = 0;

	for (enum table t = FUNCS; t < TABLES && !err; t++) {
		header.tables[t][0] = (uint32_t)body.len;
		err = put_table(j, &body, t);
		header.tables[t][1] = (uint32_t)body.len - header.tables[t][0];
	}
	if (err || !body.len)
		return err;
	buf_put(&j->ext_bytes, &header, sizeof(header));
	buf_put(&j->ext_bytes, body.data, body.len);
	if (j->ext_bytes.failed)
		return report_oom(j->report);
	job_swap_words(j, j->ext_bytes.data + words, j->ext_bytes.len - words);
	if (job_is_foreign(j)) {
		const uint16_t magic = __builtin_bswap16(header.magic);

		memcpy(j->ext_bytes.data, &magic, sizeof(magic));
	}
	return 0;
}

int merge_ext(struct job *j)
{
	int err = 0;

	if (!j->btf)
		return 0;
	for (size_t i = 0; i < j->linker->inputs.n && !err; i++) {
		REPORT_IN(j->report, REPORT_OBJECT, j->linker->inputs.v[i]->path);
		err = move_input(j, j->linker->inputs.v[i]);
	}
	return err ? err : put_ext(j);
}
