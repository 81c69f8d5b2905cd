/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * reader.h - records from ring buffers and perf buffers: one descriptor to wait on, one function
 * to call when it is readable.
 */
#ifndef CLEAT_READER_H
#define CLEAT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_map;
struct cleat_reader;
struct cleat_text;

/* One record; valid during the callback. New fields are added at the end. */
struct cleat_record {
	size_t size;
	struct cleat_map *map;
	const void *data; /* aligned to 4 bytes; NULL: no data, only 'lost' */
	size_t bytes;
	uint64_t lost;	  /* records lost before this one */
	int cpu;	  /* -1: unknown */
	uint32_t type;	  /* BTF type in the map's object for decoding; 0: none */
};

/*
 * Return 0 to go on; anything else stops the dispatch and is returned by it. A record that was
 * given to the function is taken, also when the function stops there: the next dispatch goes on
 * behind it, none comes twice and none is left out.
 */
typedef int cleat_record_fn(void *user, const struct cleat_record *record);

struct cleat_reader_options {
	size_t size;
	const char *record; /* C type of the records, "struct event", looked up in the object's BTF */
	const char *const *params; /* keys of the map's plugin, "pages=64", NULL at the end */
};

/*
 * Open a reader on a map whose plugin has one. @fn is called from cleat_reader_dispatch() only.
 * Keys of the plugin that were set on the map (cleat_map_set_param()) hold unless 'params' says
 * otherwise. A map has one reader at a time: two would take records away from each other.
 * Release with cleat_reader_close() before the map goes.
 * Errors: -EOPNOTSUPP for other maps, -ENOENT with the nearest name for an unknown record type.
 */
CLEAT_API int cleat_reader_open(struct cleat_map *m, const struct cleat_reader_options *options,
				cleat_record_fn *fn, void *user, struct cleat_reader **out);
/* Release; NULL is allowed. */
CLEAT_API void cleat_reader_close(struct cleat_reader *r);
/* Descriptor that becomes readable (poll, epoll) when there are records; stays the reader's. */
CLEAT_API int cleat_reader_fd(const struct cleat_reader *r);
/*
 * Hand out what is there. Never blocks, and returns although records keep coming: the descriptor
 * stays readable (or becomes so again) while there are more. May be called without waiting, for
 * records that nobody is to be woken for yet. From any thread, one at a time.
 * Returns the number of records, what the user's function returned, or -errno without diagnostic.
 */
CLEAT_API int cleat_reader_dispatch(struct cleat_reader *r);

/* Text that records are formatted into: reused, so that streams do not allocate. NULL: no memory. */
CLEAT_API struct cleat_text *cleat_text_new(void);
/* Release; NULL is allowed. */
CLEAT_API void cleat_text_free(struct cleat_text *t);
/* Empty it. */
CLEAT_API void cleat_text_clear(struct cleat_text *t);
/* Its bytes (NUL-terminated) and their number; "" when empty or out of memory. */
CLEAT_API const char *cleat_text_data(const struct cleat_text *t, size_t *length);
/* Append formatted text. */
CLEAT_API void cleat_text_add(struct cleat_text *t, const char *fmt, ...) CLEAT_PRINTF(2, 3);

#define CLEAT_FORMAT_JSON 1

/*
 * Append a record by its BTF type: "pid=7 comm=sh", or a JSON object; hex bytes without a type;
 * "lost=5" for a record without data.
 */
CLEAT_API int cleat_record_format(const struct cleat_record *record, unsigned int flags,
				  struct cleat_text *out);

#ifdef __cplusplus
}
#endif

#endif
