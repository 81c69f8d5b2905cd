/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linker.h - several BPF objects made one: a relocatable object again, that loads as if all had
 * been one source file, or is linked further.
 *
 * Bytes in, bytes out. The same inputs in the same order give the same bytes.
 */
#ifndef LINKER_LINKER_H
#define LINKER_LINKER_H

#include "base/report.h"

struct linker;

/* Returns 0 or -ENOMEM. */
int linker_new(struct linker **out);
void linker_free(struct linker *l);

/*
 * One more object: a file, or bytes that stay valid as long as the linker. It is checked by itself,
 * and its byte order against the first one's. An object that was refused is not added. Reports;
 * returns 0 or -errno.
 */
int linker_add(struct linker *l, const char *path, struct report *r);
int linker_add_memory(struct linker *l, const void *data, size_t size, const char *name,
		      struct report *r);

/*
 * Link what was added. Reports everything that does not fit together, not the first thing; what is
 * still missing is a note. The caller frees *data. Returns 0 or -errno.
 */
int linker_finish(struct linker *l, void **data, size_t *size, struct report *r);

#endif
