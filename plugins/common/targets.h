/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * targets.h - one set of keys becomes several targets. Knows no key.
 */
#ifndef COMMON_TARGETS_H
#define COMMON_TARGETS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>

/* A target like @p, with @value as the value of @key. Reports. */
static inline int targets_add(struct cleat *c, const struct cleat_params *p, const char *key,
			      const char *value, struct cleat_targets *out)
{
	struct cleat_params *target = cleat_targets_add(out, p);

	return target ? cleat_param_set(target, key, value)
		      : cleat_error(c, ENOMEM, "out of memory");
}

/* 'expand' for a repeatable key: a target for each value. */
static inline int targets_each(struct cleat *c, const struct cleat_params *p, const char *key,
			       struct cleat_targets *out)
{
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, key) && !err; i++)
		err = targets_add(c, p, key, cleat_param_nth(p, key, i), out);
	return err;
}

#endif
