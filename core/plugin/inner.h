/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inner.h - what the files of core/plugin know of each other, and nobody else.
 */
#ifndef PLUGIN_INNER_H
#define PLUGIN_INNER_H

#include "plugin/registry.h"

/* pattern.c */
size_t pattern_stem(const char *pattern);
size_t pattern_weight(const char *pattern);
bool pattern_is_valid(const char *pattern);

/* descriptor.c: read and check one descriptor. *out is NULL after an error. */
int descriptor_read(const char *path, struct plugin **out, struct report *r);
void plugin_free(struct plugin *p);
/* "program", "map", "output" */
const char *plugin_kind_name(unsigned int kind);
/* Lower-case letters, digits, '_' and '-', 1 to 64 of them. */
bool plugin_name_is_valid(const char *name);

/* trust.c: the same as trust_check(), and the path that was checked; the caller frees *real. */
int trust_resolve(const char *path, char **real, struct report *r);

/* image.c: a whole shared object that dlopen() can map; reports and returns 0 or -errno. */
int image_check(const char *path, struct report *r);

/* params.c: 0, or -EINVAL after saying what is wrong with the declaration itself. */
int params_check_keys(const struct cleat_key *keys, size_t n, struct report *r);

/*
 * registry.c: report again in @to what @from has, at most as bad as @level. What has no place of
 * its own has that of @to.
 */
void report_forward(struct report *to, const struct report *from, int level);

#endif
