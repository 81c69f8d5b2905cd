/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * log.h - log records between their bytes and their text. Knows the formats of <cleat/log.h> and of Aya's
 * aya-log; refuses to know where records come from and where they go.
 *
 *   log_decode()  bytes -> an entry with typed arguments        decode.c, aya.c
 *   log_put_*()   arguments by their hints, entries as text     text.c
 *   log_check()   do formats and arguments of all calls agree   site.c
 *
 * Bytes are taken for hostile: programs write them, and memory is shared.
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include <cleat/logreader.h>

#include "base/text.h"
#include "base/vec.h"

/* The section with the constants of calls, and the maps, as <cleat/log.h> and aya-log name them. */
#define LOG_SITES ".rodata.cleat"
#define LOG_RING "cleat_log"
#define LOG_PERF "cleat_log_perf"
#define LOG_BUFFER "cleat_log_buf"
#define LOG_LOST "cleat_log_lost"
#define LOG_LEVEL "cleat_log_level"
#define LOG_BY_RING "cleat_log_ring"
#define LOG_AYA "AYA_LOGS"
#define LOG_AYA_LEVEL "AYA_LOG_LEVEL"

enum log_format {
	LOG_FORMAT_NONE,
	LOG_FORMAT_CLEAT,
	LOG_FORMAT_AYA,
};

/* By the name of the map that records are in. */
enum log_format log_format_of(const char *map);

/* ---- calls ------------------------------------------------------------------------------------ */

/* How an argument lies in a record. */
enum log_kind {
	LOG_UNSIGNED = 1, /* 1, 2, 4, 8 bytes as 8; 16 */
	LOG_SIGNED,
	LOG_BOOL,
	LOG_CHAR,
	LOG_POINTER,
	LOG_TEXT, /* up to a 0, or all bytes */
	LOG_BYTES,
	LOG_STRING, /* 8 bytes: its length with the 0, or -errno; then as LOG_TEXT */
	LOG_SOME, /* 8 bytes: the length that was meant; then as LOG_BYTES */
};

struct log_type {
	uint8_t kind;
	uint8_t reserved;
	uint16_t bytes;
};

/* What the object says of a call. The strings are in its bytes. */
struct log_site {
	uint32_t line;
	uint8_t level;
	uint8_t n_args;
	const uint8_t *types; /* n_args of struct log_type, any alignment */
	const char *file;
	const char *target;
	const char *format;
	size_t bytes; /* of all this */
};

/* The call at byte @at of the section; NULL, or why there is none. */
const char *log_site_at(const void *sites, size_t bytes, uint64_t at, struct log_site *out);
struct log_type log_site_type(const struct log_site *s, unsigned int i);
/* "src/net.bpf.c" is of module "net": its length to *n. */
const char *log_module(const char *file, size_t *n);

/*
 * Are there as many places as arguments in each call, and hints that fit? Hands out every complaint,
 * with its place in the source.
 */
void log_check(const void *sites, size_t bytes,
	       void (*complain)(void *user, const char *file, unsigned int line, const char *what),
	       void *user);

/* ---- records ---------------------------------------------------------------------------------- */

struct log_decoder {
	enum log_format format;
	const void *sites; /* lives longer */
	size_t n_sites; /* bytes */
	void *own; /* what is freed with it, or NULL */
	int64_t clock; /* CLOCK_REALTIME less CLOCK_MONOTONIC */
	/* A kernel address as its function, or NULL; may be NULL itself. */
	const char *(*symbol)(void *user, uint64_t address, uint64_t *offset);
	void *user;
	/* of the record at hand */
	struct buf text;
	struct buf names; /* with a 0 behind each: target, module, file; hints */
	VEC(struct cleat_log_arg) args;
};

void log_decoder_free(struct log_decoder *d);
/* The entry without 'map' and 'cpu', valid until the next; or why it is none. */
const char *log_decode(struct log_decoder *d, const void *data, size_t bytes,
		       struct cleat_log_entry *e);
const char *log_decode_aya(struct log_decoder *d, const void *data, size_t bytes,
			   struct cleat_log_entry *e);

/* Does a record of that level and target pass: see struct cleat_log_options. */
bool log_passes(int level, const char *targets, const struct cleat_log_entry *e);

/* ---- text ------------------------------------------------------------------------------------- */

/* The next place of a format: literal text goes to @out on the way. False at the end. */
bool log_next_place(const char **format, const char **hint, size_t *n, struct buf *out);
/* Is there such a hint, and can values of that kind and size be shown by it? */
bool log_hint_known(const char *hint);
bool log_hint_fits(const char *hint, int kind, size_t bytes);
void log_put_arg(struct log_decoder *d, const struct cleat_log_arg *a);
/* Text of others, on one line and without what moves a terminal's cursor. */
void log_put_plain(struct buf *out, const char *text, size_t n);
void log_put_entry(struct buf *out, const struct cleat_log_entry *e);
void log_put_json(struct buf *out, const struct cleat_log_entry *e);

#endif
