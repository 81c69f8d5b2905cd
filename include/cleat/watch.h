/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.h - what units name comes and goes: interfaces, cgroups, processes, libraries, modules, and the
 * units' own files. A watch says when to look again.
 *
 * Units that run: make the watch before cleat_session_start(), and call cleat_session_refresh() when it says
 * so. Units that were applied: make it before cleat_plan_new(), and plan again, with units that are read anew.
 */
#ifndef CLEAT_WATCH_H
#define CLEAT_WATCH_H

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_session;
struct cleat_watch;

/*
 * Watch what the units of the session name now. From here on a target that is not there is no error for
 * them: it is waited for, and a note says so. The watch outlives session and context; release it with
 * cleat_watch_free(). Without CAP_NET_ADMIN, or outside the first network namespace, processes are looked for
 * twice a second: there the kernel does not tell. Reports.
 */
CLEAT_API int cleat_watch_new(struct cleat_session *s, struct cleat_watch **out);
/* Release; NULL is allowed. */
CLEAT_API void cleat_watch_free(struct cleat_watch *w);
/* Descriptor that becomes readable when cleat_watch_dispatch() has something to do. */
CLEAT_API int cleat_watch_fd(const struct cleat_watch *w);
/*
 * Returns 1 when something that the units name is another than it was, after it has been quiet for
 * 10 ms, or for a tenth of a second has not; else 0, or -errno. Never blocks. Once a minute the answer is 1 in
 * any case: what was taken away by others is noticed then.
 */
CLEAT_API int cleat_watch_dispatch(struct cleat_watch *w);

/*
 * Attach the programs of a session that runs to what has come since, and release their attachments to
 * what has gone; a file that took another's place is attached to beside it, which processes may still
 * have. One that cannot be attached is reported, and the others go on.
 * Returns how many links were made or released, or the first error. -EINVAL without a watch.
 */
CLEAT_API int cleat_session_refresh(struct cleat_session *s);

#ifdef __cplusplus
}
#endif

#endif
