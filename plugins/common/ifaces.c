/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ifaces.c - network interfaces by name, number or glob; see ifaces.h.
 *
 * Knows how the kernel is asked for names and numbers: through the C library, not sysfs, which may
 * show another network namespace.
 */
#include "common/ifaces.h"

#include "common/targets.h"

#include <errno.h>
#include <fnmatch.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTED 8 /* names in a hint */

static bool is_number(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* Number of the interface of this name or number, or 0. */
static unsigned int find(const char *name)
{
	char buf[IF_NAMESIZE];
	unsigned int index = strlen(name) < IF_NAMESIZE ? if_nametoindex(name) : 0;
	unsigned long number;

	if (index || !is_number(name))
		return index;
	number = strtoul(name, NULL, 10);
	return number && number <= INT32_MAX && if_indextoname((unsigned int)number, buf)
		       ? (unsigned int)number
		       : 0;
}

/* There is none: name the nearest, or those that are there when they are few. */
static int none(struct cleat *c, const struct cleat_params *p, const char *key, const char *name,
		const struct if_nameindex *all)
{
	const char *names[512];
	char list[LISTED * (IF_NAMESIZE + 2)] = "";
	size_t n = 0;

	while (n < sizeof(names) / sizeof(names[0]) && all && all[n].if_index) {
		names[n] = all[n].if_name;
		if (n < LISTED)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
				 n ? ", " : "", names[n]);
		n++;
	}
	if (strpbrk(name, "*?[")) {
		cleat_param_error(c, p, key, ENODEV, "no network interface matches '%s'", name);
		if (n && n <= LISTED)
			cleat_hint(c, "there are: %s", list);
	} else {
		cleat_param_error(c, p, key, ENODEV, "no network interface '%s'", name);
		cleat_hint_nearest(c, name, names, n);
	}
	return -ENODEV;
}

static bool is_there(const unsigned int *numbers, size_t n, unsigned int number)
{
	for (size_t i = 0; i < n; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

struct expansion {
	struct cleat *c;
	const struct cleat_params *p;
	const char *key;
	struct cleat_targets *out;
	unsigned int *numbers; /* of the targets made up to now */
	size_t n;
	struct if_nameindex *all; /* once they are asked for: a name alone does not need them */
};

static const struct if_nameindex *all_of(struct expansion *x)
{
	if (!x->all)
		x->all = if_nameindex();
	return x->all;
}

static int add(struct expansion *x, unsigned int number, const char *name)
{
	unsigned int *more;

	if (is_there(x->numbers, x->n, number))
		return 0;
	more = realloc(x->numbers, (x->n + 1) * sizeof(*more));
	if (!more)
		return cleat_error(x->c, ENOMEM, "out of memory");
	x->numbers = more;
	x->numbers[x->n++] = number;
	return targets_add(x->c, x->p, x->key, name, x->out);
}

static int expand_one(struct expansion *x, const char *value)
{
	const struct if_nameindex *all;
	unsigned int number = find(value);
	bool found = false;
	int err = 0;

	if (number) {
		char name[IF_NAMESIZE];

		return add(x, number, if_indextoname(number, name) ? name : value);
	}
	all = all_of(x);
	for (size_t i = 0; all && all[i].if_index && !err; i++) {
		if (fnmatch(value, all[i].if_name, 0) != 0)
			continue;
		found = true;
		err = add(x, all[i].if_index, all[i].if_name);
	}
	return found || err ? err
			    : cleat_targets_missing(x->out, none(x->c, x->p, x->key, value, all));
}

int ifaces_expand(struct cleat *c, const struct cleat_params *p, const char *key,
		  struct cleat_targets *out)
{
	struct expansion x = { .c = c, .p = p, .key = key, .out = out };
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, key) && !err; i++)
		err = expand_one(&x, cleat_param_nth(p, key, i));
	if (x.all)
		if_freenameindex(x.all);
	free(x.numbers);
	return err;
}

int ifaces_index(struct cleat *c, const struct cleat_params *p, const char *key)
{
	const char *name = cleat_param(p, key);
	unsigned int number = find(name);
	struct if_nameindex *all;
	int err;

	if (number)
		return (int)number;
	all = if_nameindex();
	err = none(c, p, key, name, all);
	if (all)
		if_freenameindex(all);
	return err;
}

void ifaces_fact(struct cleat_facts *out, uint32_t ifindex, bool ours)
{
	char name[IF_NAMESIZE];

	if (ours && if_indextoname(ifindex, name))
		cleat_facts_text(out, "interface", "%s", name);
	else
		cleat_facts_number(out, "ifindex", ifindex);
}
