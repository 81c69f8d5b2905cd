// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * listing.c - every record of BTF, as it is, for people and as JSON. Knows the fields of each kind and
 * no more: nothing is resolved, and so nothing can go wrong.
 */
#include "btf/header.h"

#define PIECE 65536

static const char *const words[BTF_KINDS] = {
	"VOID",	   "INT",      "PTR",   "ARRAY",      "STRUCT", "UNION",   "ENUM",
	"FWD",	   "TYPEDEF",  "VOLATILE", "CONST",   "RESTRICT", "FUNC",  "FUNC_PROTO",
	"VAR",	   "DATASEC",  "FLOAT", "DECL_TAG",   "TYPE_TAG", "ENUM64",
};

struct listing {
	const struct btf *b;
	bool json;
	struct buf out;
};

/* " size=8", or ","size":8". */
static void put_key(struct listing *l, const char *key)
{
	buf_puts(&l->out, l->json ? ",\"" : " ");
	buf_puts(&l->out, key);
	buf_puts(&l->out, l->json ? "\":" : "=");
}

static void put_number(struct listing *l, const char *key, int64_t value)
{
	put_key(l, key);
	buf_put_i64(&l->out, value);
}

static void put_word(struct listing *l, const char *key, const char *word)
{
	put_key(l, key);
	if (l->json)
		buf_put_json(&l->out, word, strlen(word));
	else
		buf_puts(&l->out, word);
}

static void put_name(struct listing *l, uint32_t off)
{
	const char *name = btf_str(l->b, off);

	if (l->json) {
		put_word(l, "name", name);
		return;
	}
	buf_puts(&l->out, *name ? " '" : " (anon)");
	buf_puts(&l->out, name);
	if (*name)
		buf_putc(&l->out, '\'');
}

/* One of the parts behind a record: a line, or an object in a list. */
static void part(struct listing *l, uint32_t i, uint32_t name_off, bool named)
{
	const char *name = btf_str(l->b, name_off);

	if (l->json) {
		buf_puts(&l->out, i ? ",{" : "{");
		if (named) {
			buf_puts(&l->out, "\"name\":");
			buf_put_json(&l->out, name, strlen(name));
		}
		return;
	}
	buf_puts(&l->out, "\n\t");
	if (!named)
		return;
	buf_puts(&l->out, *name ? "'" : "(anon)");
	buf_puts(&l->out, name);
	if (*name)
		buf_putc(&l->out, '\'');
}

static void begin_parts(struct listing *l, const char *key)
{
	if (l->json) {
		put_key(l, key);
		buf_putc(&l->out, '[');
	}
}

static void end_parts(struct listing *l)
{
	if (l->json)
		buf_putc(&l->out, ']');
}

static void end_part(struct listing *l)
{
	if (l->json)
		buf_putc(&l->out, '}');
}

static void put_int(struct listing *l, const struct btf_type *t)
{
	uint32_t encoding = btf_int_encoding(t);

	put_number(l, "size", t->size);
	put_number(l, "bits_offset", btf_int_offset(t));
	put_number(l, "nr_bits", btf_int_bits(t));
	put_word(l, "encoding",
		 encoding & BTF_INT_BOOL     ? "BOOL"
		 : encoding & BTF_INT_CHAR   ? "CHAR"
		 : encoding & BTF_INT_SIGNED ? "SIGNED"
					     : "(none)");
}

static void put_members(struct listing *l, const struct btf_type *t)
{
	put_number(l, "size", t->size);
	put_number(l, "vlen", btf_vlen(t));
	begin_parts(l, "members");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		part(l, i, btf_members(t)[i].name_off, true);
		put_number(l, "type_id", btf_members(t)[i].type);
		put_number(l, "bits_offset", btf_member_bit_offset(t, i));
		if (btf_member_bit_size(t, i))
			put_number(l, "bitfield_size", btf_member_bit_size(t, i));
		end_part(l);
	}
	end_parts(l);
}

static void put_value(struct listing *l, const struct btf_type *t, uint32_t i)
{
	bool wide = btf_kind(t) == BTF_ENUM64;
	uint64_t v = wide ? (uint64_t)btf_enums64(t)[i].hi << 32 | btf_enums64(t)[i].lo
			  : (uint64_t)(int64_t)btf_enums(t)[i].val;

	if (btf_kflag(t)) {
		put_number(l, "val", (int64_t)v);
		return;
	}
	put_key(l, "val");
	buf_put_u64(&l->out, wide ? v : (uint32_t)v);
}

static void put_enumerators(struct listing *l, const struct btf_type *t)
{
	put_word(l, "encoding", btf_kflag(t) ? "SIGNED" : "UNSIGNED");
	put_number(l, "size", t->size);
	put_number(l, "vlen", btf_vlen(t));
	begin_parts(l, "values");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		part(l, i, btf_enums(t) ? btf_enums(t)[i].name_off : btf_enums64(t)[i].name_off,
		     true);
		put_value(l, t, i);
		end_part(l);
	}
	end_parts(l);
}

static void put_params(struct listing *l, const struct btf_type *t)
{
	put_number(l, "ret_type_id", t->type);
	put_number(l, "vlen", btf_vlen(t));
	begin_parts(l, "params");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		part(l, i, btf_params(t)[i].name_off, true);
		put_number(l, "type_id", btf_params(t)[i].type);
		end_part(l);
	}
	end_parts(l);
}

static void put_variables(struct listing *l, const struct btf_type *t)
{
	put_number(l, "size", t->size);
	put_number(l, "vlen", btf_vlen(t));
	begin_parts(l, "vars");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_secinfo *v = &btf_secinfos(t)[i];
		const struct btf_type *var = btf_type(l->b, v->type);

		part(l, i, var ? var->name_off : 0, true);
		put_number(l, "type_id", v->type);
		put_number(l, "offset", v->offset);
		put_number(l, "size", v->size);
		end_part(l);
	}
	end_parts(l);
}

static void put_linkage(struct listing *l, uint32_t linkage)
{
	static const char *const names[] = { "static", "global", "extern" };

	put_word(l, "linkage", linkage < 3 ? names[linkage] : "(unknown)");
}

static void put_fields(struct listing *l, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_INT:
		put_int(l, t);
		break;
	case BTF_ARRAY:
		put_number(l, "type_id", btf_array(t)->type);
		put_number(l, "index_type_id", btf_array(t)->index_type);
		put_number(l, "nr_elems", btf_array(t)->nelems);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		put_members(l, t);
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		put_enumerators(l, t);
		break;
	case BTF_FWD:
		put_word(l, "fwd_kind", btf_kflag(t) ? "union" : "struct");
		break;
	case BTF_FUNC:
		put_number(l, "type_id", t->type);
		put_linkage(l, btf_vlen(t));
		break;
	case BTF_FUNC_PROTO:
		put_params(l, t);
		break;
	case BTF_VAR:
		put_number(l, "type_id", t->type);
		put_linkage(l, btf_var_linkage(t));
		break;
	case BTF_DATASEC:
		put_variables(l, t);
		break;
	case BTF_FLOAT:
		put_number(l, "size", t->size);
		break;
	case BTF_DECL_TAG:
		put_number(l, "type_id", t->type);
		put_number(l, "component_idx", btf_tag_component(t));
		break;
	default:
		put_number(l, "type_id", t->type);
		break;
	}
}

static void put_record(struct listing *l, uint32_t id, const struct btf_type *t, bool first)
{
	const char *word = btf_kind(t) < BTF_KINDS ? words[btf_kind(t)] : "UNKNOWN";

	buf_puts(&l->out, !l->json ? "[" : first ? "{\"id\":" : ",\n{\"id\":");
	buf_put_u64(&l->out, id);
	if (l->json) {
		put_word(l, "kind", word);
	} else {
		buf_puts(&l->out, "] ");
		buf_puts(&l->out, word);
	}
	put_name(l, t->name_off);
	put_fields(l, t);
	buf_putc(&l->out, l->json ? '}' : '\n');
}

int btf_list(const struct btf *b, bool json, const struct btf_writer *w)
{
	struct listing l = { .b = b, .json = json };
	uint32_t first = btf_base(b) ? btf_count(btf_base(b)) : 1, n = btf_count(b);
	int err = 0;

	if (json)
		buf_puts(&l.out, "{\"types\":[");
	for (uint32_t id = first; id <= n && !err; id++) {
		const struct btf_type *t = id < n ? btf_type(b, id) : NULL;

		if (t)
			put_record(&l, id, t, id == first);
		else if (id == n && json)
			buf_puts(&l.out, "]}\n");
		if (l.out.failed)
			err = -ENOMEM;
		else if (l.out.len && (l.out.len >= PIECE || id == n))
			err = w->write(w->user, l.out.data, l.out.len);
		else
			continue;
		buf_clear(&l.out);
	}
	buf_free(&l.out);
	return err;
}
