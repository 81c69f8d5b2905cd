/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * logreader.h - what programs log with <cleat/log.h>, or with Aya's aya-log, as fields and as text.
 * cleat-log(7) has the programs' side and the format of records.
 */
#ifndef CLEAT_LOGREADER_H
#define CLEAT_LOGREADER_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_map;
struct cleat_object;
struct cleat_reader;
struct cleat_record;
struct cleat_text;

/* Levels, as programs have them. */
#define CLEAT_LOG_OFF 0
#define CLEAT_LOG_ERROR 1
#define CLEAT_LOG_WARN 2
#define CLEAT_LOG_INFO 3
#define CLEAT_LOG_DEBUG 4
#define CLEAT_LOG_TRACE 5

/* "debug" to its number; "off" is 0; -EINVAL without diagnostic for other words. */
CLEAT_API int cleat_log_level(const char *name);
/* The reverse; NULL for other numbers. */
CLEAT_API const char *cleat_log_level_name(int level);

/*
 * The highest level that the object's programs log, before they are loaded: what is above is not in the
 * kernel at all. Sets the constant cleat_log_level, or AYA_LOG_LEVEL. Errors: -ENOENT without a
 * diagnostic when the object logs nothing, -EROFS after load.
 */
CLEAT_API int cleat_object_set_log_level(struct cleat_object *o, int level);

/* What an argument is. */
#define CLEAT_LOG_ARG_UNSIGNED 1
#define CLEAT_LOG_ARG_SIGNED 2
#define CLEAT_LOG_ARG_BOOL 3
#define CLEAT_LOG_ARG_CHAR 4
#define CLEAT_LOG_ARG_POINTER 5
#define CLEAT_LOG_ARG_TEXT 6  /* 'data', not terminated */
#define CLEAT_LOG_ARG_BYTES 7 /* likewise */
#define CLEAT_LOG_ARG_FLOAT 8 /* 4 or 8 bytes at 'data' */

/* An argument of a record. New fields are added at the end. */
struct cleat_log_arg {
	size_t size;
	const char *hint; /* how it is to be shown, "ipv4"; "": as its kind is */
	const void *data; /* its bytes as they came, any alignment */
	size_t bytes;
	uint64_t number; /* of all kinds but text, bytes and float; negative ones with all upper bits */
	uint64_t high;	 /* the upper half of 16 bytes */
	int kind;
	int error; /* a negative errno: text that the program could not read; -EMSGSIZE: cut */
};

/*
 * One record; valid during the callback. New fields are added at the end. Records that found no
 * room come as a number, and what is no record with the reason, both with text = NULL.
 */
struct cleat_log_entry {
	size_t size;
	struct cleat_map *map;
	const char *text;   /* the format with its arguments */
	const char *target; /* what part of the program; else the module */
	const char *module; /* the source file's name without what is behind its first dot, or Rust's module */
	const char *file;
	const struct cleat_log_arg *args;
	size_t n_args;
	uint64_t time; /* CLOCK_REALTIME in ns; Aya's have none: when it was read */
	uint64_t lost; /* records that found no room since that was told last */
	const char *corrupt; /* why bytes that were there are no record; or NULL */
	int level;
	unsigned int line;
	int cpu; /* -1: unknown */
};

/* Return 0 to go on; anything else stops the dispatch, as with cleat_reader_open(). */
typedef int cleat_log_fn(void *user, const struct cleat_log_entry *entry);

/* Which records. */
struct cleat_log_options {
	size_t size;
	int level; /* no higher ones; 0: all */
	const char *targets; /* names and globs, ',' between them, with '!' in front: not these; NULL: all */
};

/*
 * Read what a loaded object's programs log: a reader as all others, to wait on, dispatch and
 * close. Errors: -ENOENT when the object logs nothing, and those of cleat_reader_open().
 */
CLEAT_API int cleat_log_open(struct cleat_object *o, const struct cleat_log_options *options,
			     cleat_log_fn *fn, void *user, struct cleat_reader **out);
/*
 * Read what programs log that somebody else has loaded: all of them (@what is NULL), or one by its id, its
 * name or the path of its pin. A record has one reader: where another one reads, each gets some of
 * them. Needs CAP_SYS_ADMIN for all but pins, and kernel 5.10 for formats. Errors: -ENOENT when none logs.
 */
CLEAT_API int cleat_log_find(struct cleat *c, const char *what,
			     const struct cleat_log_options *options, cleat_log_fn *fn, void *user,
			     struct cleat_reader **out);

/*
 * Append an entry: "info net: conn 192.0.2.1", or a JSON object with all fields (CLEAT_FORMAT_JSON). What
 * else stands in front of the former is the caller's.
 */
CLEAT_API int cleat_log_format(const struct cleat_log_entry *entry, unsigned int flags,
			       struct cleat_text *out);

#ifdef __cplusplus
}
#endif

#endif
