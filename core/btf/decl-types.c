// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * decl-types.c - which declarations a type needs before it, and in what order. It knows when a
 * forward declaration is enough; how anything is written is decl.c's.
 */
#include <stdio.h>

#include "btf/decl-inner.h"

static void need(struct btf_decl *d, uint32_t id, bool full);

int btf_decl_new(struct btf_decl **out, const struct btf *b, unsigned int flags)
{
	struct btf_decl *d = calloc(1, sizeof(*d));

	*out = NULL;
	if (!d)
		return -ENOMEM;
	d->b = b;
	d->flags = flags;
	d->count = btf_count(b);
	d->types = calloc(d->count, sizeof(*d->types));
	d->names = strmap_new();
	if (!d->types || !d->names || ((flags & BTF_DECL_TAGS) && decl_find_tags(d))) {
		btf_decl_free(d);
		return -ENOMEM;
	}
	*out = d;
	return 0;
}

void btf_decl_free(struct btf_decl *d)
{
	if (!d)
		return;
	free(d->types);
	vec_free(&d->tags);
	strmap_free(d->names);
	free(d);
}

/* Names that <stdbool.h> or <linux/types.h> declares. */
static bool is_given(const struct btf_decl *d, const char *name)
{
	static const char *const names[] = {
		"__u8",
		"__u16",
		"__u32",
		"__u64",
		"__s8",
		"__s16",
		"__s32",
		"__s64",
		"__u128",
		"__s128",
		"__be16",
		"__be32",
		"__be64",
		"__le16",
		"__le32",
		"__le64",
		"__sum16",
		"__wsum",
		"__poll_t",
		"__kernel_size_t",
		"__kernel_ssize_t",
		"__kernel_loff_t",
		"__kernel_pid_t",
		"__kernel_long_t",
		"__kernel_ulong_t",
		"__kernel_time64_t",
		"__kernel_old_time_t",
	};
	size_t i;

	if ((d->flags & BTF_DECL_BOOL) && streq(name, "bool"))
		return true;
	for (i = 0; (d->flags & BTF_DECL_LINUX_TYPES) && i < ARRAY_SIZE(names); i++)
		if (streq(names[i], name))
			return true;
	return false;
}

static int by_name(const void *name, const void *entry)
{
	return strcmp(name, *(const char *const *)entry);
}

/* Does <cleat/uapi.h> define it: "struct bpf_insn". */
static bool in_uapi(struct btf_decl *d, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);
	static const char *const names[] = {
#include "btf/uapi-names.h"
	};
	char text[64];

	if (decl_version(d, id) > 1)
		return false;
	snprintf(text, sizeof(text), "%s %s",
		 btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_FWD ? "struct"
		 : btf_kind(t) == BTF_UNION			    ? "union"
								    : "enum",
		 btf_name(d->b, t));
	return bsearch(text, names, ARRAY_SIZE(names), sizeof(names[0]), by_name);
}

/* "cleat_has_struct_event" */
static void put_guard(struct btf_decl *d, uint32_t id)
{
	size_t from = d->out->len;

	buf_puts(d->out, "cleat_has_");
	decl_put_tag(d, d->out, id);
	for (size_t i = from; i < d->out->len && !d->out->failed; i++)
		if (d->out->data[i] == ' ')
			d->out->data[i] = '_';
}

/* What another header may have, too. Returns whether the guard is to be closed. */
static bool begin_guard(struct btf_decl *d, uint32_t id)
{
	if (d->flags & BTF_DECL_ONCE) {
		buf_puts(d->out, in_uapi(d, id) ? "#if !defined(__LINUX_BPF_H__) && !defined("
						: "#if !defined(");
		put_guard(d, id);
		buf_puts(d->out, ")\n#define ");
		put_guard(d, id);
		buf_putc(d->out, '\n');
		return true;
	}
	if (!(d->flags & BTF_DECL_UAPI) || !in_uapi(d, id))
		return false;
	buf_puts(d->out, "#ifndef CLEAT_UAPI_H\n");
	return true;
}

static void end_guard(struct btf_decl *d, bool guarded)
{
	buf_puts(d->out, guarded ? ";\n#endif\n\n" : ";\n\n");
}

static void forward(struct btf_decl *d, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);
	struct decl_type *known = &d->types[id];
	bool guarded;

	if (known->forward || known->state == DECL_DONE || !btf_name(d->b, t)[0])
		return;
	known->forward = true;
	/* Several types may be forward declarations of one name; once is enough. */
	if (btf_kind(t) == BTF_FWD &&
	    decl_count_name(d, btf_kflag(t) ? 'g' : 'f', btf_name(d->b, t)) > 1)
		return;
	/* To declare twice is no harm, but where attributes of BPF programs are pushed on it. */
	guarded = !(d->flags & BTF_DECL_ONCE) && begin_guard(d, id);
	decl_put_tag(d, d->out, id);
	end_guard(d, guarded);
}

static void need_members(struct btf_decl *d, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);
	uint32_t i;

	for (i = 0; i < btf_vlen(t) && !d->err; i++)
		need(d, m[i].type, true);
}

static void need_tagged(struct btf_decl *d, uint32_t id, const struct btf_type *t, bool full)
{
	struct decl_type *known = &d->types[id];
	bool is_enum = !btf_members(t), guarded;

	/* Written out where it is used; until then it may be needed again elsewhere. */
	if (!btf_name(d->b, t)[0]) {
		if (!is_enum && known->state != DECL_BUSY) {
			known->state = DECL_BUSY;
			need_members(d, t);
			known->state = DECL_NOT;
		}
		return;
	}
	/* C has no forward declarations of enums. */
	if (!full && !is_enum) {
		forward(d, id);
		return;
	}
	if (known->state != DECL_NOT)
		return;
	known->state = DECL_BUSY;
	if (!is_enum)
		need_members(d, t);
	known->state = DECL_DONE;
	if (d->err)
		return;
	guarded = begin_guard(d, id);
	decl_put_tag(d, d->out, id);
	buf_putc(d->out, ' ');
	decl_put_body(d, id, 0);
	end_guard(d, guarded);
}

static void need_typedef(struct btf_decl *d, uint32_t id, const struct btf_type *t, bool full)
{
	struct decl_type *known = &d->types[id];
	const char *name = btf_name(d->b, t);

	if (known->state == DECL_BUSY)
		return;
	if (decl_transparent(d, t)) {
		known->state = DECL_BUSY;
		need(d, t->type, full);
		known->state = DECL_NOT;
		return;
	}
	if (is_given(d, name)) {
		known->state = DECL_DONE;
		return;
	}
	if (known->state == DECL_NOT) {
		_buf_free_ struct buf alias = { 0 };

		known->state = DECL_BUSY;
		need(d, t->type, false);
		known->state = DECL_DONE;
		if (d->err)
			return;
		decl_put_name(d, &alias, name);
		if (decl_version(d, id) > 1)
			buf_printf(&alias, "___%u", decl_version(d, id));
		buf_puts(d->out, "typedef ");
		if (alias.failed)
			decl_fail(d, -ENOMEM);
		else
			decl_put(d, t->type, alias.data, 0);
		decl_put_decl_tags(d, id, -1);
		buf_puts(d->out, ";\n\n");
	}
	if (full)
		need(d, t->type, true);
}

static void need_proto(struct btf_decl *d, const struct btf_type *t)
{
	const struct btf_param *p = btf_params(t);
	uint32_t i;

	need(d, t->type, false);
	for (i = 0; i < btf_vlen(t) && !d->err; i++)
		need(d, p[i].type, false);
}

/* Write what must stand before a declaration with this type in it; @full: by value. */
static void need(struct btf_decl *d, uint32_t id, bool full)
{
	const struct btf_type *t = btf_type(d->b, id);

	if (!t) {
		decl_fail(d, -EINVAL);
		return;
	}
	if (!decl_enter(d))
		return;
	switch (btf_kind(t)) {
	case BTF_PTR:
		need(d, t->type, false);
		break;
	case BTF_ARRAY:
		need(d, btf_array(t)->type, true);
		break;
	case BTF_CONST:
	case BTF_VOLATILE:
	case BTF_RESTRICT:
	case BTF_TYPE_TAG:
	case BTF_VAR:
	case BTF_FUNC:
		need(d, t->type, full);
		break;
	case BTF_FUNC_PROTO:
		need_proto(d, t);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
		need_tagged(d, id, t, full);
		break;
	case BTF_FWD:
		forward(d, id);
		break;
	case BTF_TYPEDEF:
		need_typedef(d, id, t, full);
		break;
	default:
		break;
	}
	decl_leave(d);
}

int btf_decl_add(struct btf_decl *d, struct buf *out, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);

	if (!t || !id || id >= d->count)
		return -EINVAL;
	d->out = out;
	d->depth = 0;
	d->budget = DECL_BUDGET;
	d->err = 0;
	need(d, id, true);
	/* What is no tag and no typedef is a declaration by itself. */
	if (!d->err && d->types[id].state == DECL_NOT) {
		switch (btf_kind(t)) {
		case BTF_VAR:
			buf_puts(out, "extern ");
			/* fallthrough */
		case BTF_FUNC:
		case BTF_STRUCT:
		case BTF_UNION:
		case BTF_ENUM:
		case BTF_ENUM64:
			d->types[id].state = DECL_DONE;
			decl_put(d, id, "", 0);
			buf_puts(out, ";\n\n");
			break;
		default:
			break;
		}
	}
	return out->failed ? -ENOMEM : d->err;
}

int btf_decl_symbol(struct btf_decl *d, struct buf *out, uint32_t id, const char *attributes)
{
	const struct btf_type *t = btf_type(d->b, id);

	if (!t || id >= d->count || (btf_kind(t) != BTF_FUNC && btf_kind(t) != BTF_VAR))
		return -EINVAL;
	d->out = out;
	d->depth = 0;
	d->budget = DECL_BUDGET;
	d->err = 0;
	need(d, t->type, btf_kind(t) == BTF_VAR);
	if (!d->err && d->types[id].state == DECL_NOT) {
		d->types[id].state = DECL_DONE;
		buf_puts(out, "extern ");
		decl_put(d, id, "", 0);
		buf_puts(out, attributes);
		buf_puts(out, ";\n\n");
	}
	return out->failed ? -ENOMEM : d->err;
}

void btf_decl_name(const struct btf_decl *d, struct buf *out, const char *name)
{
	decl_put_name(d, out, name);
}

int btf_decl_types(struct buf *out, const struct btf *b, const uint32_t *ids, size_t n,
		   unsigned int flags)
{
	struct btf_decl *d;
	size_t i;
	int err = btf_decl_new(&d, b, flags);

	for (i = 0; i < n && !err; i++)
		err = btf_decl_add(d, out, ids[i]);
	btf_decl_free(d);
	return err;
}
