/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_error.c - what failed in CO-RE, with the function, the instruction and the access in C.
 *
 * Knows a sentence and perhaps a hint for each failure. Refuses to decide what is one.
 */
#include "object/core_run.h"

const char *core_reason(struct run *run, struct result *res, enum core_why why)
{
	struct buf b _buf_free_ = { 0 };
	enum core_why ignored;

	if (res->reason)
		return res->reason;
	if (core_parse(run, res->relo, &ignored))
		return NULL;
	core_put_poison(&b, &run->local, why, &res->value);
	if (!b.failed)
		res->reason = arena_dup(run->o->arena, b.data);
	return res->reason;
}

/* A name that is many types is as wrong as one that is a few. */
#define MAX_ANSWERS 6

/* "8 in 'struct x' (type 12), 16 in 'struct x' (type 99)" */
static void put_answers(struct buf *b, struct run *run, const struct root *root)
{
	enum core_why why;
	size_t i, n = 0;

	for (i = 0; i < root->found.n; i++) {
		const struct candidate *c = &root->found.v[i];
		struct core_value v;

		if (n == MAX_ANSWERS) {
			buf_printf(b, " and more (%zu types of that name)", root->found.n);
			return;
		}
		if (core_spec_match(&run->found, &run->local, c->btf, c->id, &why) <= 0 ||
		    core_value(&v, &run->local, &run->found, &why))
			continue;
		buf_puts(b, n++ ? ", " : "");
		if (run->local.kind == CORE_FIELD_OFFSET && run->found.bits % 8)
			buf_printf(b, "bit %u", run->found.bits);
		else if (core_is_field(run->local.kind) && run->local.kind != CORE_FIELD_OFFSET)
			buf_printf(b, "%lld (at bit %u)", (long long)v.new_value, run->found.bits);
		else
			buf_printf(b, "%lld", (long long)v.new_value);
		buf_printf(b, " in '%s' (type %u", btf_name_of(c->btf, c->id), c->id);
		if (c->module)
			buf_printf(b, " of module '%s'", c->module);
		buf_putc(b, ')');
	}
}

static void put_insn(struct buf *b, const struct place *at)
{
	const struct func *f = at->f;

	if (at->insn < f->n_insns)
		insn_format(b, &f->insns[at->insn],
			    at->insn + 1 < f->n_insns ? &f->insns[at->insn + 1] : NULL);
}

/* What the instruction has where the relocated number goes. */
static int64_t present_value(const struct place *at)
{
	const struct insn *i = &at->f->insns[at->insn];

	switch (i->code & INSN_CLASS) {
	case INSN_LDX:
	case INSN_ST:
	case INSN_STX:
		return i->off;
	case INSN_LD:
		return (int64_t)((uint32_t)i[0].imm | (uint64_t)(uint32_t)i[1].imm << 32);
	default:
		return i->imm;
	}
}

static void put_error(struct buf *b, struct run *run, const struct place *at,
		      const struct result *res, enum core_why why)
{
	const struct core_value *v = &res->value;
	const char *what = core_kind_name(at->relo->kind);
	struct buf path _buf_free_ = { 0 };
	const char *p;
	enum core_why ignored;

	if (core_parse(run, at->relo, &ignored) == 0)
		core_put_spec(&path, &run->local);
	else
		core_put_type(&path, run->o->btf, at->relo->type_id);
	p = path.data ?: "";

	switch (why) {
	case CORE_BAD_KIND:
		buf_printf(b, "CO-RE relocation of unknown kind %u", at->relo->kind);
		break;
	case CORE_BAD_TYPE:
		buf_printf(b, "CO-RE relocation for type %u, which the object's BTF does not have",
			   at->relo->type_id);
		break;
	case CORE_ANONYMOUS:
		buf_printf(b, "CO-RE relocation for type %u, which has no name to be found by",
			   at->relo->type_id);
		break;
	case CORE_BAD_ACCESS:
		buf_printf(b, "access string '%.100s' does not fit '%s'",
			   btf_str(run->o->btf, at->relo->access_str_off), p);
		break;
	case CORE_NOT_FOR_ELEMENT:
		buf_printf(b, "%s of '%s', an array element, cannot be relocated", what, p);
		break;
	case CORE_WIDE_BITFIELD:
		buf_printf(b, "bit-field '%s' does not fit into one load of 8 bytes", p);
		break;
	case CORE_NO_SIZE:
		buf_printf(b, "%s of '%s': the type has no size", what, p);
		break;
	case CORE_NOT_IMMEDIATE:
	case CORE_BAD_INSN:
		buf_printf(b, "%s of '%s' does not belong into the instruction '", what, p);
		put_insn(b, at);
		buf_putc(b, '\'');
		break;
	case CORE_OTHER_VALUE:
		buf_printf(b,
			   "%s of '%s' is %lld by the object's types, but the instruction has %lld",
			   what, p, (long long)v->old_value, (long long)present_value(at));
		break;
	case CORE_OTHER_WIDTH:
		buf_printf(b, "'%s' has %u bytes by the object's types, but the instruction is '",
			   p, v->old_size);
		put_insn(b, at);
		buf_putc(b, '\'');
		break;
	case CORE_OUTSIDE:
		buf_printf(b, "CO-RE relocation at byte %u of the section is not at an instruction",
			   at->relo->insn_off);
		break;
	case CORE_BAD_TARGET:
		buf_printf(b, "type %u of %s BTF does not make sense, '%s' was to be found in it",
			   res->culprit.id, res->culprit.module ?: "the kernel's", p);
		break;
	case CORE_AMBIGUOUS:
		buf_printf(b, "%s of '%s' is ambiguous in this kernel: ", what, p);
		put_answers(b, run, res->root);
		break;
	case CORE_OFFSET_RANGE:
		buf_printf(b, "'%s' is at byte %llu in this kernel, a load or store reaches 32767",
			   p, (unsigned long long)v->new_value);
		break;
	case CORE_VALUE_RANGE:
		buf_printf(b, "%s of '%s' is %lld in this kernel, the instruction holds 32 bits",
			   what, p, (long long)v->new_value);
		break;
	case CORE_NEW_WIDTH:
		buf_printf(b, "'%s' has %u bytes in this kernel, no load or store has", p,
			   v->new_size);
		break;
	default:
		buf_printf(b, "%s of '%s' cannot be relocated", what, p);
	}
}

static const char *hint_for(enum core_why why)
{
	switch (why) {
	case CORE_BAD_KIND:
		return "the compiler that made the object is newer than this loader";
	case CORE_ANONYMOUS:
		return "give the type a name";
	case CORE_OTHER_VALUE:
	case CORE_OTHER_WIDTH:
	case CORE_BAD_ACCESS:
	case CORE_BAD_INSN:
	case CORE_OUTSIDE:
		return "the object's BTF does not belong to its code: compile it again";
	case CORE_AMBIGUOUS:
		return "let the program also access a member that only the wanted type has";
	case CORE_OFFSET_RANGE:
		return "read it with bpf_core_read()";
	case CORE_NEW_WIDTH:
	case CORE_WIDE_BITFIELD:
	case CORE_BAD_TARGET:
		return "guard the access with bpf_core_field_exists()";
	default:
		return NULL;
	}
}

/* The source line that an instruction was compiled from. */
static const struct btf_line_info *line_of(const struct place *at)
{
	const struct btf_line_info *found = NULL;
	size_t i;

	for (i = 0; i < at->f->n_lines && at->f->lines[i].insn_off <= at->relo->insn_off; i++)
		found = &at->f->lines[i];
	return found;
}

int core_report(struct run *run, const struct place *at, struct result *res, int err,
		enum core_why why)
{
	const struct btf_line_info *line = line_of(at);
	struct buf b _buf_free_ = { 0 };
	const char *hint = hint_for(why);

	if (run->told == CORE_MAX_TOLD) {
		run->untold++;
		return err;
	}
	run->told++;
	put_error(&b, run, at, res, why);
	if (b.failed)
		return report_oom(run->r);
	report_error(run->r, err, "function '%s', instruction %zu: %s", at->f->name, at->insn,
		     b.data);
	if (hint)
		report_hint(run->r, "%s", hint);
	if (line)
		/* the number would be taken for the linked program's */
		report_insn(run->r, -1, btf_str(run->o->btf, line->file_name_off),
			    line->line_col >> 10, btf_str(run->o->btf, line->line_off));
	return err;
}
