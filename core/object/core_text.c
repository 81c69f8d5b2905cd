/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_text.c - places in types, and what is wrong with them, in words and C syntax.
 *
 * Knows how a C programmer writes an access. Refuses to decide anything: it is called when
 * something failed, never on the way to success.
 */
#include "object/core.h"

const char *core_kind_name(uint32_t kind)
{
	static const char *const names[CORE_KINDS] = {
		[CORE_FIELD_OFFSET] = "offset",         [CORE_FIELD_SIZE] = "size",
		[CORE_FIELD_EXISTS] = "existence",      [CORE_FIELD_SIGNED] = "signedness",
		[CORE_FIELD_LSHIFT] = "left shift",     [CORE_FIELD_RSHIFT] = "right shift",
		[CORE_TYPE_ID_LOCAL] = "local type id", [CORE_TYPE_ID_TARGET] = "type id",
		[CORE_TYPE_EXISTS] = "existence",       [CORE_TYPE_SIZE] = "size",
		[CORE_ENUM_EXISTS] = "existence",       [CORE_ENUM_VALUE] = "value",
		[CORE_TYPE_MATCHES] = "match",
	};

	return kind < CORE_KINDS ? names[kind] : "relocation";
}

static const char *keyword(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_STRUCT:
		return "struct ";
	case BTF_UNION:
		return "union ";
	case BTF_ENUM:
	case BTF_ENUM64:
		return "enum ";
	case BTF_FWD:
		return btf_kflag(t) ? "union " : "struct ";
	default:
		return "";
	}
}

void core_put_type(struct buf *b, const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);
	const char *name = t ? btf_name(btf, t) : "";

	if (t)
		buf_puts(b, keyword(t));
	if (*name)
		/* the kernel does not know the program's flavours */
		buf_put(b, name, btf_essential_len(name));
	else
		buf_puts(b, "(anonymous)");
}

void core_put_spec(struct buf *b, const struct core_spec *spec)
{
	unsigned int i;

	if (core_is_enum(spec->kind)) {
		buf_puts(b, spec->n ? spec->steps[0].name : "?");
		return;
	}
	core_put_type(b, spec->btf, spec->root);
	for (i = 0; i < spec->n; i++) {
		const struct core_step *step = &spec->steps[i];

		if (step->name) {
			buf_putc(b, '.');
			buf_puts(b, step->name);
		} else if (i || step->index) {
			/* "p->x" is "p[0].x", and nobody writes that */
			buf_printf(b, "[%u]", step->index);
		}
	}
}

void core_put_poison(struct buf *b, const struct core_spec *local, enum core_why why,
		     const struct core_value *v)
{
	if (why == CORE_UNSAFE_WIDTH) {
		buf_putc(b, '\'');
		core_put_spec(b, local);
		if (v && v->old_size && v->new_size)
			buf_printf(b,
				   "' has %u bytes in this kernel and %u in the program, and only "
				   "pointers and unsigned integers can be adjusted",
				   v->new_size, v->old_size);
		else
			buf_puts(
				b,
				"' is a bit-field on one side only, this kernel's or the program's");
		return;
	}

	buf_puts(b, "this kernel has no '");
	if (why == CORE_NO_TYPE) {
		core_put_type(b, local->btf, local->root);
		buf_putc(b, '\'');
		if (core_is_type(local->kind))
			return;
		buf_puts(b, ", and so no '");
	}
	core_put_spec(b, local);
	buf_putc(b, '\'');
	if (why == CORE_INCOMPATIBLE) {
		buf_puts(b, " of a compatible type");
	} else if (why == CORE_NO_ENUMERATOR) {
		buf_puts(b, " in '");
		core_put_type(b, local->btf, local->root);
		buf_putc(b, '\'');
	}
}
