/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * code.c - the code of a program that is in the kernel: bytecode with the names that the verifier has
 * replaced by numbers, machine code cut at source lines. Knows what the kernel tells of a program;
 * refuses to know what any processor's instructions mean.
 */
#include <cleat/code.h>

#include "btf/ext.h"
#include "elf/insn.h"
#include "kernel/bpf.h"
#include "live/context.h"

#define TAIL_CALL 12 /* the one helper whose number the verifier leaves */

struct cleat_code {
	struct cleat *c;
	struct btf *btf; /* of functions and lines, or NULL */
	char name[BPF_OBJ_NAME_LEN];
	/* as the kernel gave them */
	uint8_t *bytes;
	size_t n_bytes;
	struct btf_func_info *funcs;
	size_t n_funcs;
	struct btf_line_info *lines;
	uint64_t *line_addresses; /* of machine code */
	size_t n_lines;
	uint64_t *addresses; /* of the functions' machine code */
	uint32_t *lengths;
	size_t n_functions;
	bool compiled; /* there is machine code, wanted or not */
	/* what was made of them */
	VEC(struct cleat_code_line) pieces;
	struct arena *arena;
};

/* ---- asking ---------------------------------------------------------------------------------- */

/* An array for what the kernel has @n of; none of nothing. */
static void *room(size_t n, size_t size, bool *failed)
{
	void *p = n ? calloc(n, size) : NULL;

	*failed |= n && !p;
	return p;
}

/*
 * The second question, with room for what the first one counted. Numbers of bytes that were given with no
 * room are reset by the kernel, so that each kind asks for its own code alone.
 */
static int ask(struct cleat_code *code, int fd, int kind, const struct bpf_prog_info *counts)
{
	bool machine = kind == CLEAT_CODE_MACHINE, failed = false;
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	int err;

	code->n_bytes = machine ? counts->jited_prog_len : counts->xlated_prog_len;
	code->n_funcs = counts->nr_func_info;
	code->n_lines = counts->nr_line_info;
	code->n_functions = MIN(counts->nr_jited_ksyms, counts->nr_jited_func_lens);
	code->bytes = room(code->n_bytes, 1, &failed);
	code->funcs = room(code->n_funcs, sizeof(*code->funcs), &failed);
	code->lines = room(code->n_lines, sizeof(*code->lines), &failed);
	code->line_addresses = room(code->n_lines, sizeof(*code->line_addresses), &failed);
	code->addresses = room(code->n_functions, sizeof(*code->addresses), &failed);
	code->lengths = room(code->n_functions, sizeof(*code->lengths), &failed);
	if (failed)
		return -ENOMEM;
	*(machine ? &info.jited_prog_len : &info.xlated_prog_len) = (uint32_t)code->n_bytes;
	*(machine ? &info.jited_prog_insns : &info.xlated_prog_insns) = (uintptr_t)code->bytes;
	info.nr_func_info = (uint32_t)code->n_funcs;
	info.func_info = (uintptr_t)code->funcs;
	info.func_info_rec_size = code->n_funcs ? sizeof(*code->funcs) : 0;
	info.nr_line_info = (uint32_t)code->n_lines;
	info.line_info = (uintptr_t)code->lines;
	info.line_info_rec_size = code->n_lines ? sizeof(*code->lines) : 0;
	if (machine && counts->nr_jited_line_info == code->n_lines && code->n_lines) {
		info.nr_jited_line_info = (uint32_t)code->n_lines;
		info.jited_line_info = (uintptr_t)code->line_addresses;
		info.jited_line_info_rec_size = sizeof(*code->line_addresses);
	}
	info.nr_jited_ksyms = info.nr_jited_func_lens = (uint32_t)code->n_functions;
	info.jited_ksyms = (uintptr_t)code->addresses;
	info.jited_func_lens = (uintptr_t)code->lengths;
	err = sys_obj_info(fd, &info, &size);
	if (err)
		return err;
	/* What may not be seen comes back without its address. */
	return (machine ? info.jited_prog_insns : info.xlated_prog_insns) ? 0 : -EPERM;
}

static int hidden(struct cleat_code *code, uint32_t id, bool machine)
{
	struct report *r = code->c->report;

	report_error(r, EPERM, "the kernel does not show the %s of program %u",
		     machine ? "machine code" : "instructions", id);
	report_hint(
		r,
		"needs CAP_SYS_ADMIN and CAP_SYSLOG; sysctl kernel.kptr_restrict of 2 hides it from all");
	return -EPERM;
}

static int interpreted(struct cleat_code *code, uint32_t id)
{
	report_error(code->c->report, ENODATA, "program %u has no machine code that could be seen",
		     id);
	report_hint(code->c->report,
		    "the kernel interprets it (sysctl net.core.bpf_jit_enable), or "
		    "CAP_SYS_ADMIN is missing");
	return -ENODATA;
}

static int read_code(struct cleat_code *code, uint32_t id, int kind)
{
	_close_ int fd = sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, id);
	bool machine = kind == CLEAT_CODE_MACHINE;
	struct report *r = code->c->report;
	struct bpf_prog_info counts = { 0 };
	uint32_t size = sizeof(counts);
	int err = fd < 0 ? fd : sys_obj_info(fd, &counts, &size);

	if (err == -ENOENT)
		return report_error(r, ENOENT, "no program has the id %u", id);
	if (err)
		return report_sys(r, err, "cannot ask the kernel for program %u", id);
	if (machine && !counts.jited_prog_len)
		return interpreted(code, id);
	if (!counts.xlated_prog_len)
		return hidden(code, id, machine);
	memcpy(code->name, counts.name, sizeof(code->name) - 1);
	code->compiled = counts.jited_prog_len;
	err = ask(code, fd, kind, &counts);
	if (err == -EPERM)
		return hidden(code, id, machine);
	if (err)
		return report_sys(r, err, "cannot read the code of program %u", id);
	code->btf = counts.btf_id ? context_btf_by_id(code->c, counts.btf_id) : NULL;
	return 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Of the @i-th function: the program itself has the kernel's name for it. */
static const char *function_name(struct cleat_code *code, size_t i)
{
	const struct btf_type *t =
		code->btf && i < code->n_funcs ? btf_type(code->btf, code->funcs[i].type_id) : NULL;

	if (t && *btf_name(code->btf, t))
		return btf_name(code->btf, t);
	return i             ? arena_format(code->arena, "function-%zu", i)
	       : *code->name ? code->name
			     : "program";
}

static void set_source(const struct cleat_code *code, struct cleat_code_line *piece, size_t i)
{
	const struct btf_line_info *info = &code->lines[i];

	/* Compilers give code that stands nowhere line 0. */
	if (!code->btf || !(info->line_col >> 10))
		return;
	piece->file = btf_str(code->btf, info->file_name_off);
	piece->source = btf_str(code->btf, info->line_off);
	piece->line = info->line_col >> 10;
	piece->column = info->line_col & 0x3ff;
}

/* What a call leads to: helpers and kernel functions are distances from one place. */
static const char *callee(struct cleat_code *code, const struct insn *i)
{
	uint64_t base, offset = 1;
	const char *name;

	if (i->src == INSN_CALL_HELPER && i->imm == TAIL_CALL)
		return "bpf_tail_call";
	if (!i->imm || cleat_kernel_symbol(code->c, "__bpf_call_base", &base))
		return NULL;
	name = cleat_kernel_function(code->c, base + (uint64_t)(int64_t)i->imm, &offset);
	return offset ? NULL : name;
}

static size_t function_at(const struct cleat_code *code, uint64_t insn)
{
	for (size_t i = 0; i < code->n_funcs; i++)
		if (code->funcs[i].insn_off == insn)
			return i;
	return SIZE_MAX;
}

/* A compiled program's calls have the function's number where others have the distance. */
static void put_local_call(struct cleat_code *code, struct buf *b, const struct insn *i, size_t at)
{
	int64_t distance = code->compiled ? i->off : i->imm;
	size_t f = function_at(code, (uint64_t)((int64_t)at + 1 + distance));

	buf_printf(b, "call pc%+lld", (long long)distance);
	if (f != SIZE_MAX)
		buf_printf(b, " <%s>", function_name(code, f));
}

/* Where an object has a descriptor, the kernel puts the map's id. */
static void put_map(struct cleat_code *code, struct buf *b, const struct insn *i,
		    const struct insn *next)
{
	_close_ int fd = sys_fd_by_id(BPF_MAP_GET_FD_BY_ID, (uint32_t)i->imm);
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);

	(void)code;
	buf_printf(b, "r%d = map[id:%u]", i->dst, (uint32_t)i->imm);
	if (i->src == INSN_SRC_MAP_VALUE)
		buf_printf(b, "[0]+%u", next ? (uint32_t)next->imm : 0);
	if (fd >= 0 && sys_obj_info(fd, &info, &size) == 0 && *info.name)
		buf_printf(b, " <%.*s>", (int)sizeof(info.name), info.name);
}

static const char *insn_text(struct cleat_code *code, const struct insn *i, const struct insn *next,
			     size_t at)
{
	struct buf b _buf_free_ = { 0 };
	const char *name = insn_is_call(i) && !insn_is_local_call(i) ? callee(code, i) : NULL;

	if (name)
		buf_printf(&b, "call %s", name);
	else if (insn_is_local_call(i))
		put_local_call(code, &b, i, at);
	else if (insn_is_lddw(i) && (i->src == INSN_SRC_MAP_FD || i->src == INSN_SRC_MAP_VALUE))
		put_map(code, &b, i, next);
	else
		insn_format(&b, i, next);
	return b.failed ? NULL : arena_dup(code->arena, b.data);
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static int cut_bytecode(struct cleat_code *code)
{
	size_t n = code->n_bytes / sizeof(struct insn), line = 0, slots;

	for (size_t i = 0; i < n; i += slots) {
		struct insn two[2] = { 0 };
		bool last = i + 1 == n;
		size_t f = function_at(code, i);
		struct cleat_code_line *piece = vec_add(&code->pieces);

		if (!piece)
			return -ENOMEM;
		insn_read(two, code->bytes + i * sizeof(struct insn), last ? 1 : 2, false);
		slots = insn_is_lddw(two) && !last ? 2 : 1;
		piece->offset = i;
		piece->bytes = code->bytes + i * sizeof(struct insn);
		piece->n_bytes = slots * sizeof(struct insn);
		piece->text = insn_text(code, two, slots == 2 ? two + 1 : NULL, i);
		if (f != SIZE_MAX || i == 0)
			piece->function = function_name(code, i ? f : 0);
		/* what the verifier took out may have left several lines to one instruction: the last is its own */
		for (; line < code->n_lines && code->lines[line].insn_off <= i; line++)
			set_source(code, piece, line);
		if (!piece->text || (piece->offset == 0 && !piece->function))
			return -ENOMEM;
	}
	return 0;
}

/* A piece of machine code from @at on; its end is known when the next one begins. */
static struct cleat_code_line *begin_piece(struct cleat_code *code, size_t from, uint64_t begin,
					   uint64_t at)
{
	struct cleat_code_line *piece = vec_add(&code->pieces);

	if (!piece)
		return NULL;
	piece->address = at;
	piece->offset = at - begin;
	piece->bytes = code->bytes + from + piece->offset;
	return piece;
}

static void end_piece(struct cleat_code_line *piece, uint64_t end)
{
	piece->n_bytes = (size_t)(end - piece->address);
}

/* Function @f, whose code begins at @from of all bytes; *line is the first line that is not used up. */
static int cut_function(struct cleat_code *code, size_t f, size_t from, size_t *line)
{
	uint64_t begin = code->addresses[f], end = begin + code->lengths[f];
	struct cleat_code_line *piece = begin_piece(code, from, begin, begin);

	if (!piece)
		return -ENOMEM;
	piece->function = function_name(code, f);
	for (; *line < code->n_lines; ++*line) {
		uint64_t at = code->line_addresses[*line];

		if (at < piece->address || at >= end)
			break;
		if (at > piece->address) {
			end_piece(piece, at);
			piece = begin_piece(code, from, begin, at);
			if (!piece)
				return -ENOMEM;
		}
		set_source(code, piece, *line);
	}
	end_piece(piece, end);
	return 0;
}

static int cut_machine_code(struct cleat_code *code)
{
	size_t from = 0, line = 0;
	int err = 0;

	for (size_t f = 0; f < code->n_functions && !err; f++) {
		if (code->lengths[f] > code->n_bytes - from)
			return report_error(code->c->report, EINVAL,
					    "the kernel's answer contradicts itself");
		err = cut_function(code, f, from, &line);
		from += code->lengths[f];
	}
	return err;
}

/* ---- the public functions -------------------------------------------------------------------- */

CLEAT_API void cleat_code_close(struct cleat_code *code)
{
	if (!code)
		return;
	btf_free(code->btf);
	free(code->bytes);
	free(code->funcs);
	free(code->lines);
	free(code->line_addresses);
	free(code->addresses);
	free(code->lengths);
	vec_free(&code->pieces);
	arena_free(code->arena);
	free(code);
}

CLEAT_API int cleat_code_open(struct cleat *c, uint32_t id, int kind, struct cleat_code **out)
{
	struct cleat_code *code;
	int err;

	OPERATION(c);
	*out = NULL;
	if (kind != CLEAT_CODE_BPF && kind != CLEAT_CODE_MACHINE)
		return -EINVAL;
	code = calloc(1, sizeof(*code));
	if (!code)
		return report_oom(c->report);
	code->c = c;
	code->arena = arena_new();
	err = code->arena ? read_code(code, id, kind) : -ENOMEM;
	if (!err)
		err = kind == CLEAT_CODE_MACHINE ? cut_machine_code(code) : cut_bytecode(code);
	if (err == -ENOMEM)
		report_oom(c->report);
	if (err)
		cleat_code_close(code);
	else
		*out = code;
	return err;
}

CLEAT_API int cleat_code_line(const struct cleat_code *code, size_t i, struct cleat_code_line *line)
{
	struct cleat_code_line full;

	if (i >= code->pieces.n)
		return -ENOENT;
	full = code->pieces.v[i];
	full.size = line->size;
	memcpy(line, &full, MIN(line->size, sizeof(full)));
	return 0;
}
