/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * writer.h - records for programs, written in the memory of the ring that they read (user_ringbuf): without
 * system calls, and without copies.
 */
#ifndef CLEAT_WRITER_H
#define CLEAT_WRITER_H

#include <stddef.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_map;
struct cleat_writer;

/*
 * Open a writer on a ring that programs read: it is mapped until cleat_writer_close(), which comes
 * before the map goes. One thread of all processes writes at a time; which one, they agree on themselves.
 * Errors: -EOPNOTSUPP for other maps.
 */
CLEAT_API int cleat_writer_open(struct cleat_map *m, struct cleat_writer **out);
/* Release; NULL is allowed. Records that were reserved and not submitted are discarded. */
CLEAT_API void cleat_writer_close(struct cleat_writer *w);

/*
 * Room for a record of @bytes in the ring, aligned to 8 bytes, with whatever was there before: *data is to
 * be filled, and given to cleat_writer_submit() or cleat_writer_discard(). Several may be reserved at a
 * time, and ended in any order; programs get them in the order in which they were reserved, and those
 * behind one that is not ended yet wait for it.
 * Errors, without diagnostic: -ENOSPC when programs have not read enough yet, -E2BIG for a record that
 * never fits, -EINVAL for none.
 */
CLEAT_API int cleat_writer_reserve(struct cleat_writer *w, size_t bytes, void **data);
/*
 * The same; as long as there is no room, wait until programs have read. @timeout_ms: 0 does not wait, a
 * negative one waits for ever. A program that asks for BPF_RB_NO_WAKEUP when it reads wakes nobody.
 * Errors: as above, -ENOSPC at the end of the time; -EINTR when a signal was caught.
 */
CLEAT_API int cleat_writer_wait(struct cleat_writer *w, size_t bytes, int timeout_ms, void **data);
/* The record is ready: programs get it when they read next. Nobody is woken. */
CLEAT_API void cleat_writer_submit(struct cleat_writer *w, void *data);
/* Programs do not get it; its room comes free when they have passed it. */
CLEAT_API void cleat_writer_discard(struct cleat_writer *w, void *data);
/*
 * Descriptor that becomes readable (poll, epoll) when programs have read, after cleat_writer_reserve()
 * found no room; stays the writer's.
 */
CLEAT_API int cleat_writer_fd(const struct cleat_writer *w);

#ifdef __cplusplus
}
#endif

#endif
