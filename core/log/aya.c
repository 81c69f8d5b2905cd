/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * aya.c - records of Rust programs that log with aya-log: a length, and then fields, each with its tag
 * and its own length, all unaligned and in the machine's order.
 *
 *	u16 bytes; { u8 tag; u16 bytes; u8 value[bytes] } header[6], arguments[...]
 *
 * Releases up to 0.2, which write into perf buffers, have no length in front, count the tags of the header from
 * one, and the number of arguments is as wide as a pointer.
 *
 * What the format string says between its places are arguments, too: text with no hint in front.
 */
#include "log/log.h"

enum header {
	TARGET,
	LEVEL,
	MODULE,
	SOURCE_FILE,
	LINE,
	N_ARGS,
	N_HEADERS,
};

/* In the order of aya-log-common's ArgumentKind. */
enum tag {
	HINT,
	I8, I16, I32, I64, ISIZE,
	U8, U16, U32, U64, USIZE,
	F32, F64,
	IPV4, IPV6,
	U8_4, U8_6, U8_16, U16_8,
	BYTES, STR, POINTER,
	N_TAGS,
};

static const struct {
	int kind;
	size_t bytes; /* 0: any number of them */
	const char *hint; /* of the type */
} tags[N_TAGS] = {
	[I8] = { CLEAT_LOG_ARG_SIGNED, 1, "" },	      [I16] = { CLEAT_LOG_ARG_SIGNED, 2, "" },
	[I32] = { CLEAT_LOG_ARG_SIGNED, 4, "" },      [I64] = { CLEAT_LOG_ARG_SIGNED, 8, "" },
	[ISIZE] = { CLEAT_LOG_ARG_SIGNED, 8, "" },    [U8] = { CLEAT_LOG_ARG_UNSIGNED, 1, "" },
	[U16] = { CLEAT_LOG_ARG_UNSIGNED, 2, "" },    [U32] = { CLEAT_LOG_ARG_UNSIGNED, 4, "" },
	[U64] = { CLEAT_LOG_ARG_UNSIGNED, 8, "" },    [USIZE] = { CLEAT_LOG_ARG_UNSIGNED, 8, "" },
	[F32] = { CLEAT_LOG_ARG_FLOAT, 4, "" },	      [F64] = { CLEAT_LOG_ARG_FLOAT, 8, "" },
	[IPV4] = { CLEAT_LOG_ARG_BYTES, 4, "ip" },    [IPV6] = { CLEAT_LOG_ARG_BYTES, 16, "ip" },
	[U8_4] = { CLEAT_LOG_ARG_BYTES, 4, "" },      [U8_6] = { CLEAT_LOG_ARG_BYTES, 6, "" },
	[U8_16] = { CLEAT_LOG_ARG_BYTES, 16, "" },    [U16_8] = { CLEAT_LOG_ARG_BYTES, 16, "" },
	[BYTES] = { CLEAT_LOG_ARG_BYTES, 0, "" },     [STR] = { CLEAT_LOG_ARG_TEXT, 0, "" },
	[POINTER] = { CLEAT_LOG_ARG_POINTER, 8, "p" },
};

/* DisplayHint, from 1 on. */
static const char *const hints[] = { "", "", "x", "X", "i", "mac", "MAC", "p", "s" };

struct field {
	uint8_t tag;
	uint16_t bytes;
	const uint8_t *value;
};

struct input {
	const uint8_t *at;
	size_t left;
};

static bool take(struct input *in, struct field *f)
{
	if (in->left < 3)
		return false;
	f->tag = in->at[0];
	memcpy(&f->bytes, in->at + 1, sizeof(f->bytes));
	f->value = in->at + 3;
	if (f->bytes > in->left - 3)
		return false;
	in->at += 3 + f->bytes;
	in->left -= 3 + (size_t)f->bytes;
	return true;
}

static uint32_t number32(const struct field *f)
{
	uint32_t n;

	memcpy(&n, f->value, sizeof(n));
	return n;
}

/* More arguments than fit into a number of 32 bits fit into no record. */
static uint32_t count(const struct field *f)
{
	uint64_t n;

	if (f->bytes == sizeof(uint32_t))
		return number32(f);
	memcpy(&n, f->value, sizeof(n));
	return (uint32_t)MIN(n, UINT32_MAX);
}

/* @first: the tag of the first field. */
static const char *take_header(struct log_decoder *d, struct input *in, struct cleat_log_entry *e,
			       unsigned int first, uint32_t *n_args)
{
	struct field h[N_HEADERS];
	size_t names[3], n = 0;
	static const enum header texts[] = { TARGET, MODULE, SOURCE_FILE };

	for (size_t i = 0; i < N_HEADERS; i++) {
		if (!take(in, &h[i]))
			return "it is too short";
		if (h[i].tag != first + i)
			return "it does not begin as records of aya-log do";
	}
	if (h[LEVEL].bytes != 1 || h[LINE].bytes != 4 || h[N_ARGS].bytes != (first ? 8 : 4))
		return "it does not begin as records of aya-log do";
	e->level = h[LEVEL].value[0];
	if (e->level < CLEAT_LOG_ERROR || e->level > CLEAT_LOG_TRACE)
		return "it has a level that there is not";
	e->line = number32(&h[LINE]);
	*n_args = count(&h[N_ARGS]);
	for (; n < ARRAY_SIZE(texts); n++) {
		names[n] = d->names.len;
		log_put_plain(&d->names, (const char *)h[texts[n]].value, h[texts[n]].bytes);
		buf_putc(&d->names, '\0');
	}
	if (d->names.failed)
		return "there is no memory";
	e->target = d->names.data + names[0];
	e->module = d->names.data + names[1];
	e->file = d->names.data + names[2];
	return NULL;
}

/* Numbers of eight 16-bit words become the bytes of an address. */
static const void *network_words(struct log_decoder *d, const uint8_t *value)
{
	char *to = buf_reserve(&d->names, 16);

	for (size_t i = 0; to && i < 8; i++) {
		uint16_t word;

		memcpy(&word, value + 2 * i, sizeof(word));
		to[2 * i] = (char)(word >> 8);
		to[2 * i + 1] = (char)word;
	}
	d->names.len += to ? 16 : 0;
	return to;
}

static void read_number(struct cleat_log_arg *a)
{
	uint64_t n = 0;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	memcpy((uint8_t *)&n + sizeof(n) - a->bytes, a->data, a->bytes);
#else
	memcpy(&n, a->data, a->bytes);
#endif
	if (a->kind == CLEAT_LOG_ARG_SIGNED && a->bytes < 8 && n >> (8 * a->bytes - 1))
		n |= ~0ull << 8 * a->bytes;
	a->number = n;
}

static const char *take_value(struct log_decoder *d, const struct field *f, const char *hint)
{
	struct cleat_log_arg a = {
		.size = sizeof(a),
		.kind = tags[f->tag].kind,
		.hint = *hint ? hint : tags[f->tag].hint,
		.data = f->value,
		.bytes = f->bytes,
	};

	if (tags[f->tag].bytes && tags[f->tag].bytes != f->bytes)
		return "an argument has another size than its type";
	if (f->tag == U16_8)
		a.data = network_words(d, f->value);
	if (!a.data)
		return "there is no memory";
	if (a.kind == CLEAT_LOG_ARG_SIGNED || a.kind == CLEAT_LOG_ARG_UNSIGNED ||
	    a.kind == CLEAT_LOG_ARG_POINTER)
		read_number(&a);
	log_put_arg(d, &a);
	return vec_push(&d->args, a) ? "there is no memory" : NULL;
}

static const char *take_args(struct log_decoder *d, struct input *in, uint32_t n)
{
	const char *hint = NULL, *why = NULL;
	struct field f;

	for (uint32_t i = 0; i < n && !why; i++) {
		if (!take(in, &f))
			return "it is too short";
		if (f.tag >= N_TAGS)
			return "an argument has a type that there is not";
		if (f.tag == HINT) {
			if (f.bytes != 1 || !f.value[0] || f.value[0] >= ARRAY_SIZE(hints))
				return "it has a hint that there is not";
			hint = hints[f.value[0]];
		} else if (f.tag == STR && !hint) {
			log_put_plain(&d->text, (const char *)f.value, f.bytes);
		} else {
			why = take_value(d, &f, hint ? hint : "");
			hint = NULL;
		}
	}
	return why;
}

/* The fields behind the length, or of a record without one. */
static const char *decode(struct log_decoder *d, struct input in, unsigned int first,
			  struct cleat_log_entry *e)
{
	uint32_t n_args;
	const char *why;

	/* Nothing may move any more: names, and words of addresses, are pointed to. */
	if (!buf_reserve(&d->names, 6 * in.left + 16))
		return "there is no memory";
	why = take_header(d, &in, e, first, &n_args);
	return why ? why : take_args(d, &in, n_args);
}

/* Two fields with the right tags and the level's size: by chance, a length and what is behind it are not that. */
static bool has_no_length(const uint8_t *data, size_t bytes)
{
	struct input in = { .at = data, .left = bytes };
	struct field f;

	return take(&in, &f) && f.tag == 1 && take(&in, &f) && f.tag == 2 && f.bytes == 1;
}

const char *log_decode_aya(struct log_decoder *d, const void *data, size_t bytes,
			   struct cleat_log_entry *e)
{
	struct input in = { .at = data, .left = bytes };
	uint16_t length;

	if (has_no_length(data, bytes))
		return decode(d, in, 1, e);
	if (bytes < sizeof(length))
		return "it is too short";
	memcpy(&length, data, sizeof(length));
	if (length > bytes)
		return "it is too short";
	in.at += sizeof(length);
	in.left = length < sizeof(length) ? 0 : length - sizeof(length);
	return decode(d, in, 0, e);
}
