/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * text.c - formats, their hints, and entries as text and JSON.
 */
#include <arpa/inet.h>
#include <time.h>

#include "log/log.h"

/* ---- formats ---------------------------------------------------------------------------------- */

bool log_next_place(const char **format, const char **hint, size_t *n, struct buf *out)
{
	const char *at = *format, *end;

	for (; *at; at++) {
		if (*at == '{' && at[1] != '{') {
			end = strchr(at, '}');
			if (end) {
				*hint = at + 1 + (at[1] == ':');
				*n = (size_t)(end - *hint);
				*format = end + 1;
				return true;
			}
		} else if ((*at == '{' || *at == '}') && at[1] == *at) {
			at++;
		}
		/* A line's end is the printer's. */
		if (*at != '\n' || at[1])
			log_put_plain(out, at, 1);
	}
	*format = at;
	return false;
}

static uint64_t swapped(const struct cleat_log_arg *a)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return a->number;
#else
	return __builtin_bswap64(a->number) >> (64 - 8 * MIN(a->bytes, (size_t)8));
#endif
}

static void put_be(struct log_decoder *d, const struct cleat_log_arg *a)
{
	buf_put_u64(&d->text, swapped(a));
}

static void put_hex_number(struct log_decoder *d, const struct cleat_log_arg *a, bool upper)
{
	uint64_t n = a->number;

	if (a->bytes < 8 && a->bytes)
		n &= ~0ull >> (64 - 8 * a->bytes);
	if (a->high)
		buf_printf(&d->text, upper ? "%llX%016llX" : "%llx%016llx",
			   (unsigned long long)a->high, (unsigned long long)n);
	else
		buf_printf(&d->text, upper ? "%llX" : "%llx", (unsigned long long)n);
}

static bool is_bytes(const struct cleat_log_arg *a)
{
	return a->kind == CLEAT_LOG_ARG_BYTES || a->kind == CLEAT_LOG_ARG_TEXT;
}

static void put_hex(struct log_decoder *d, const struct cleat_log_arg *a)
{
	if (is_bytes(a))
		buf_put_hex(&d->text, a->data, a->bytes);
	else
		put_hex_number(d, a, false);
}

static void put_upper_hex(struct log_decoder *d, const struct cleat_log_arg *a)
{
	const uint8_t *bytes = a->data;

	if (!is_bytes(a))
		put_hex_number(d, a, true);
	for (size_t i = 0; is_bytes(a) && i < a->bytes; i++)
		buf_printf(&d->text, "%02X", bytes[i]);
}

static void put_pointer(struct log_decoder *d, const struct cleat_log_arg *a)
{
	buf_puts(&d->text, "0x");
	put_hex_number(d, a, false);
}

static void put_char(struct log_decoder *d, const struct cleat_log_arg *a)
{
	char c = (char)a->number;

	log_put_plain(&d->text, &c, 1);
}

static void put_string(struct log_decoder *d, const struct cleat_log_arg *a)
{
	log_put_plain(&d->text, a->data, strnlen(a->data, a->bytes));
}

/* As they came: in network order, also those that are numbers to the program. */
static void put_ip(struct log_decoder *d, const struct cleat_log_arg *a)
{
	char text[INET6_ADDRSTRLEN] = "?";
	uint8_t bytes[16];

	memcpy(bytes, a->data, MIN(a->bytes, sizeof(bytes)));
	inet_ntop(a->bytes == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text));
	buf_puts(&d->text, text);
}

/* Aya's: a number is in the machine's order. */
static void put_host_ip(struct log_decoder *d, const struct cleat_log_arg *a)
{
	uint32_t n = htonl((uint32_t)a->number);
	struct cleat_log_arg network = { .data = &n, .bytes = sizeof(n) };

	put_ip(d, is_bytes(a) ? a : &network);
}

static void put_mac_as(struct log_decoder *d, const struct cleat_log_arg *a, const char *form)
{
	const uint8_t *bytes = a->data;

	for (size_t i = 0; i < a->bytes; i++) {
		buf_puts(&d->text, i ? ":" : "");
		buf_printf(&d->text, form[0] == 'x' ? "%02x" : "%02X", bytes[i]);
	}
}

static void put_mac(struct log_decoder *d, const struct cleat_log_arg *a)
{
	put_mac_as(d, a, "x");
}

static void put_upper_mac(struct log_decoder *d, const struct cleat_log_arg *a)
{
	put_mac_as(d, a, "X");
}

static void put_decimal(struct log_decoder *d, const struct cleat_log_arg *a)
{
	if (a->bytes == 16 && (a->high || a->kind != CLEAT_LOG_ARG_UNSIGNED))
		put_pointer(d, a);
	else if (a->kind == CLEAT_LOG_ARG_SIGNED)
		buf_put_i64(&d->text, (int64_t)a->number);
	else
		buf_put_u64(&d->text, a->number);
}

/* As functions return it, or as errno has it. */
static void put_errno(struct log_decoder *d, const struct cleat_log_arg *a)
{
	int64_t n = a->bytes == 4 ? (int32_t)a->number : (int64_t)a->number;
	int64_t number = n < 0 ? -n : n;
	const char *name = number > 0 && number < 4096 ? strerrorname_np((int)number) : NULL;

	if (name)
		buf_printf(&d->text, "%s%s", n < 0 ? "-" : "", name);
	else
		buf_put_i64(&d->text, n);
}

static void put_symbol(struct log_decoder *d, const struct cleat_log_arg *a)
{
	uint64_t offset = 0;
	const char *name = d->symbol ? d->symbol(d->user, a->number, &offset) : NULL;

	if (!name)
		put_pointer(d, a);
	else if (offset)
		buf_printf(&d->text, "%s+0x%llx", name, (unsigned long long)offset);
	else
		buf_puts(&d->text, name);
}

static void put_date(struct buf *out, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000u);
	char date[40];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) && strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		buf_printf(out, "%s.%09lluZ", date, (unsigned long long)(ns % 1000000000u));
}

static void put_time(struct log_decoder *d, const struct cleat_log_arg *a)
{
	put_date(&d->text, a->number + (uint64_t)d->clock);
}

static void put_duration(struct log_decoder *d, const struct cleat_log_arg *a)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
	size_t i = 0;

	while (i < 3 && a->number < units[i].ns)
		i++;
	buf_put_u64(&d->text, a->number / units[i].ns);
	if (i < 3)
		buf_printf(&d->text, ".%03llu",
			   (unsigned long long)(a->number % units[i].ns / (units[i].ns / 1000)));
	buf_puts(&d->text, units[i].unit);
}

#define KIND(kind) (1u << CLEAT_LOG_ARG_##kind)
#define NUMBERS (KIND(UNSIGNED) | KIND(SIGNED) | KIND(BOOL) | KIND(CHAR) | KIND(POINTER))
#define SIZE(n) (1u << (n))
#define ANY_SIZE 0

/* For which kinds, and of how many bytes. */
static const struct log_hint {
	const char *name;
	unsigned int kinds, sizes;
	void (*put)(struct log_decoder *d, const struct cleat_log_arg *a);
} hints[] = {
	{ "d", NUMBERS, ANY_SIZE, put_decimal },
	{ "x", NUMBERS | KIND(BYTES) | KIND(TEXT), ANY_SIZE, put_hex },
	{ "X", NUMBERS | KIND(BYTES) | KIND(TEXT), ANY_SIZE, put_upper_hex },
	{ "p", NUMBERS, ANY_SIZE, put_pointer },
	{ "c", NUMBERS, ANY_SIZE, put_char },
	{ "s", KIND(BYTES) | KIND(TEXT), ANY_SIZE, put_string },
	{ "ipv4", NUMBERS | KIND(BYTES), SIZE(4), put_ip },
	{ "ipv6", KIND(UNSIGNED) | KIND(BYTES), SIZE(16), put_ip },
	{ "ip", NUMBERS | KIND(BYTES), SIZE(4) | SIZE(16), put_ip },
	{ "i", NUMBERS | KIND(BYTES), SIZE(4) | SIZE(16), put_host_ip },
	{ "mac", KIND(BYTES), SIZE(6), put_mac },
	{ "MAC", KIND(BYTES), SIZE(6), put_upper_mac },
	{ "be", NUMBERS, SIZE(1) | SIZE(2) | SIZE(4) | SIZE(8), put_be },
	{ "errno", NUMBERS, SIZE(4) | SIZE(8), put_errno },
	{ "ksym", NUMBERS, SIZE(8), put_symbol },
	{ "time", NUMBERS, SIZE(8), put_time },
	{ "ns", NUMBERS, SIZE(8), put_duration },
};

static const struct log_hint *find_hint(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (streq(name, hints[i].name))
			return &hints[i];
	return NULL;
}

static bool fits(const struct log_hint *h, int kind, size_t bytes)
{
	return h->kinds & 1u << kind && (!h->sizes || (bytes <= 16 && h->sizes & SIZE(bytes)));
}

bool log_hint_known(const char *hint)
{
	return !*hint || find_hint(hint);
}

bool log_hint_fits(const char *hint, int kind, size_t bytes)
{
	const struct log_hint *h = find_hint(hint);

	return !*hint || (h && fits(h, kind, bytes));
}

/* ---- arguments -------------------------------------------------------------------------------- */

static void put_float(struct buf *out, const struct cleat_log_arg *a)
{
	double wide;
	float narrow;

	if (a->bytes == sizeof(wide)) {
		memcpy(&wide, a->data, sizeof(wide));
	} else {
		memcpy(&narrow, a->data, sizeof(narrow));
		wide = (double)narrow;
	}
	buf_printf(out, "%g", wide);
}

static void put_by_kind(struct log_decoder *d, const struct cleat_log_arg *a)
{
	switch (a->kind) {
	case CLEAT_LOG_ARG_BOOL:
		buf_puts(&d->text, a->number ? "true" : "false");
		break;
	case CLEAT_LOG_ARG_CHAR:
		put_char(d, a);
		break;
	case CLEAT_LOG_ARG_POINTER:
		put_pointer(d, a);
		break;
	case CLEAT_LOG_ARG_TEXT:
		log_put_plain(&d->text, a->data, a->bytes);
		break;
	case CLEAT_LOG_ARG_BYTES:
		buf_put_hex(&d->text, a->data, a->bytes);
		break;
	case CLEAT_LOG_ARG_FLOAT:
		put_float(&d->text, a);
		break;
	default:
		put_decimal(d, a);
	}
}

void log_put_arg(struct log_decoder *d, const struct cleat_log_arg *a)
{
	const struct log_hint *h = find_hint(a->hint);

	if (a->error && a->error != -EMSGSIZE)
		buf_printf(&d->text, "(%s)", strerror(-a->error));
	else if (h && fits(h, a->kind, a->bytes))
		h->put(d, a);
	else
		put_by_kind(d, a);
	if (a->error == -EMSGSIZE)
		buf_puts(&d->text, "...");
}

void log_put_plain(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c != 0x7f)
			buf_putc(out, text[i]);
		else
			buf_printf(out, "\\x%02x", c);
	}
}

/* ---- entries ---------------------------------------------------------------------------------- */

static void put_lost(struct buf *out, uint64_t n)
{
	buf_printf(out, "%llu log record%s lost", (unsigned long long)n, n == 1 ? "" : "s");
}

void log_put_entry(struct buf *out, const struct cleat_log_entry *e)
{
	if (e->text)
		buf_printf(out, "%-5s %s: %s", cleat_log_level_name(e->level), e->target, e->text);
	else if (e->corrupt)
		buf_printf(out, "bytes that are no log record: %s", e->corrupt);
	else
		put_lost(out, e->lost);
}

static void put_json_text(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, ",\"%s\":", name);
	buf_put_json(out, text, strlen(text));
}

static void put_json_number(struct buf *out, const struct cleat_log_arg *a)
{
	if (a->kind == CLEAT_LOG_ARG_SIGNED)
		buf_put_i64(out, (int64_t)a->number);
	else
		buf_put_u64(out, a->number);
}

static void put_json_arg(struct buf *out, const struct cleat_log_arg *a)
{
	char c = (char)a->number;

	switch (a->kind) {
	case CLEAT_LOG_ARG_BOOL:
		buf_puts(out, a->number ? "true" : "false");
		return;
	case CLEAT_LOG_ARG_CHAR:
		buf_put_json(out, &c, 1);
		return;
	case CLEAT_LOG_ARG_TEXT:
		if (a->error && a->error != -EMSGSIZE)
			buf_puts(out, "null");
		else
			buf_put_json(out, a->data, a->bytes);
		return;
	case CLEAT_LOG_ARG_FLOAT:
		put_float(out, a);
		return;
	case CLEAT_LOG_ARG_UNSIGNED:
	case CLEAT_LOG_ARG_SIGNED:
		if (a->bytes <= 8) {
			put_json_number(out, a);
			return;
		}
		break;
	default:
		break;
	}
	if (a->kind == CLEAT_LOG_ARG_BYTES) {
		buf_putc(out, '"');
		buf_put_hex(out, a->data, a->bytes);
	} else {
		buf_printf(out, "\"0x%llx", (unsigned long long)(a->high ? a->high : a->number));
		if (a->high)
			buf_printf(out, "%016llx", (unsigned long long)a->number);
	}
	buf_putc(out, '"');
}

void log_put_json(struct buf *out, const struct cleat_log_entry *e)
{
	if (!e->text && !e->corrupt) {
		buf_printf(out, "{\"lost\":%llu}", (unsigned long long)e->lost);
		return;
	}
	if (e->corrupt) {
		buf_puts(out, "{\"corrupt\":");
		buf_put_json(out, e->corrupt, strlen(e->corrupt));
		buf_putc(out, '}');
		return;
	}
	buf_printf(out, "{\"level\":\"%s\"", cleat_log_level_name(e->level));
	put_json_text(out, "target", e->target);
	put_json_text(out, "module", e->module);
	put_json_text(out, "file", e->file);
	buf_printf(out, ",\"line\":%u,\"time\":\"", e->line);
	put_date(out, e->time);
	buf_puts(out, "\"");
	put_json_text(out, "text", e->text);
	buf_puts(out, ",\"args\":[");
	for (size_t i = 0; i < e->n_args; i++) {
		buf_puts(out, i ? "," : "");
		put_json_arg(out, &e->args[i]);
	}
	buf_puts(out, "]}");
}
