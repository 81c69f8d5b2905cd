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

struct cleat;
struct cleat_map;
struct cleat_reader;
struct cleat_text;

/*
 * One record; valid during the callback. New fields are added at the end. What was lost and is not
 * told with a record comes by itself, with data = NULL, at the end of the same dispatch.
 */
struct cleat_record {
	size_t size;
	struct cleat_map *map;
	const void *data; /* aligned to 4 bytes; NULL: no data, only what was lost */
	size_t bytes;
	uint64_t lost;	  /* records lost before this one */
	int cpu;	  /* -1: unknown */
	uint32_t type;	  /* BTF type in the map's object for decoding; 0: none */
	/*
	 * Bytes of records before this one, and of their 8-byte headers, that a ring with the flag
	 * BPF_F_RB_OVERWRITE wrote over before they were read. How many records that were, nobody knows.
	 */
	uint64_t overwritten;
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
 * otherwise. A map has one reader at a time: two would take records away from each other. Several
 * objects may write into one map, and several readers be one: cleat_reader_group_open().
 * Release with cleat_reader_close() before the map goes.
 * Errors: -EOPNOTSUPP for other maps, -ENOENT with the nearest name for an unknown record type,
 * -EBUSY when the map has a reader.
 */
CLEAT_API int cleat_reader_open(struct cleat_map *m, const struct cleat_reader_options *options,
				cleat_record_fn *fn, void *user, struct cleat_reader **out);
/*
 * Release; NULL is allowed. Not from the record function, and not while another thread waits: see
 * cleat_reader_interrupt(). A reader leaves its group; a group takes its readers with it.
 */
CLEAT_API void cleat_reader_close(struct cleat_reader *r);
/* Descriptor that becomes readable (poll, epoll) when there are records; stays the reader's. */
CLEAT_API int cleat_reader_fd(const struct cleat_reader *r);
/*
 * Hand out what is there. Never blocks, and returns although records keep coming: the descriptor
 * stays readable (or becomes so again) while there are more. May be called without waiting, for
 * records that nobody is to be woken for yet. From any thread, one at a time: -EBUSY for a second
 * one, and for the record function itself.
 * Returns the number of records, what the user's function returned, or -errno without diagnostic.
 */
CLEAT_API int cleat_reader_dispatch(struct cleat_reader *r);

/*
 * Any number of readers as one: the group's descriptor is readable when one of theirs is, and a
 * dispatch of the group is one of each of them; everything else that takes a reader takes a group.
 * When a record function stops the dispatch, the next one begins with the reader behind.
 * Release with cleat_reader_close(), which closes the readers in it.
 */
CLEAT_API int cleat_reader_group_open(struct cleat *c, struct cleat_reader **out);
/* Put a reader into a group; from now on it is the group that is waited for and dispatched. */
CLEAT_API int cleat_reader_group_add(struct cleat_reader *group, struct cleat_reader *r);

/*
 * Dispatch; as long as there was nothing to hand out, wait until there is, and dispatch again. At
 * the end of the time, too, so that records that nobody is woken for come not later than that.
 * @timeout_ms: 0 does not wait, a negative one waits for ever.
 * For a thread of its own that does nothing but consume: the record function runs in it.
 * Returns what cleat_reader_dispatch() does, with 0 when the time is over, -ECANCELED after
 * cleat_reader_interrupt(), or -EINTR when a signal was caught.
 */
CLEAT_API int cleat_reader_wait(struct cleat_reader *r, int timeout_ms);
/*
 * Make the cleat_reader_wait() that is under way, or else the next one, return -ECANCELED. From any
 * thread, and from signal handlers. To end a consumer thread: this, join it, close the reader.
 */
CLEAT_API int cleat_reader_interrupt(struct cleat_reader *r);

/*
 * Event loops: <cleat/uv.h>, <cleat/event.h>, <cleat/glib.h> and <cleat/sd-event.h> put a reader into
 * those of libuv, libevent, GLib and sd-event. They dispatch, and when a dispatch returns something
 * negative, they watch no longer and call such a function with it. It may close the reader.
 */
typedef void cleat_ended_fn(void *user, int err);

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
 * "lost=5" or "overwritten=4096" (bytes) for a record without data. Log records as cleat_log_format() has
 * them; -EBADMSG, and nothing appended, for bytes in their map that are none.
 */
CLEAT_API int cleat_record_format(const struct cleat_record *record, unsigned int flags,
				  struct cleat_text *out);
/*
 * How much a log record matters, as syslog(3) and the journal count: 3 (err) to 7 (debug); -1 for all
 * other records.
 */
CLEAT_API int cleat_record_severity(const struct cleat_record *record);
/*
 * Append the value of a record's @i-th member, those of anonymous structs being the outer one's: text
 * as it is, everything else as above. *name is the member's, valid as long as the map's object.
 * Returns 0, -ENOENT past the end (and for records without a type or that are no structs), -EMSGSIZE
 * for one that a short record does not have, or -ENOMEM.
 */
CLEAT_API int cleat_record_member(const struct cleat_record *record, size_t i, const char **name,
				  struct cleat_text *out);

#ifdef __cplusplus
}
#endif

#endif
