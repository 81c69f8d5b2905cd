/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * functions.c - functions of the kernel by name, address or glob; see functions.h.
 *
 * Knows ftrace's lists of what can be traced; without them, all functions are candidates.
 */
#include "common/functions.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool functions_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

static bool is_address(const char *text, uint64_t *address)
{
	char *end;

	if (text[0] != '0' || text[1] != 'x')
		return false;
	*address = strtoull(text, &end, 16);
	return !*end && *address;
}

bool functions_is_valid(const char *text)
{
	const char *colon = strchr(text, ':');
	uint64_t address;

	if (isdigit((unsigned char)text[0]))
		return is_address(text, &address);
	for (const char *s = text; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("_.$:-*?[]", *s))
			return false;
	return *text && (!colon || (colon != text && colon[1] && !strchr(colon + 1, ':')));
}

int functions_add(struct functions *f, const char *name, uint64_t address, bool found)
{
	/* Grows at the powers of two. */
	if (!(f->n & (f->n - 1))) {
		struct function *more = realloc(f->v, (f->n ? f->n * 2 : 1) * sizeof(*more));

		if (!more)
			return -ENOMEM;
		f->v = more;
	}
	f->v[f->n] = (struct function) { .name = name ? strdup(name) : NULL,
					 .address = address,
					 .found = found };
	if (name && !f->v[f->n].name)
		return -ENOMEM;
	f->n++;
	return 0;
}

void functions_free(struct functions *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].name);
	free(f->v);
	f->v = NULL;
	f->n = 0;
}

/* ---- globs -------------------------------------------------------------------------------------- */

struct search {
	const char *module, *pattern; /* NULL: in the kernel itself and all modules */
	const struct cleat_params *p;
	const char *except;
	struct functions *out;
};

static bool is_wanted(const struct search *s, const char *name, const char *module)
{
	if (fnmatch(s->pattern, name, 0))
		return false;
	if (s->module && strcmp(s->module, module ? module : "vmlinux") != 0)
		return false;
	for (size_t i = 0; s->except && i < cleat_param_count(s->p, s->except); i++)
		if (fnmatch(cleat_param_nth(s->p, s->except, i), name, 0) == 0)
			return false;
	return true;
}

static int offer(void *user, const char *name, uint64_t address, const char *module)
{
	struct search *s = user;

	return is_wanted(s, name, module) ? functions_add(s->out, name, address, true) : 0;
}

/* "[ADDRESS ]NAME[ [MODULE]]" */
static int read_line(struct search *s, char *line, bool addresses)
{
	char *name = line, *space, *module = NULL;
	uint64_t address = 0;

	if (addresses) {
		address = strtoull(line, &name, 16);
		if (name == line || *name != ' ')
			return 0;
		name++;
	}
	name[strcspn(name, "\n")] = '\0';
	space = strchr(name, ' ');
	if (space) {
		*space = '\0';
		if (space[1] == '[') {
			module = space + 2;
			module[strcspn(module, "]")] = '\0';
		}
	}
	return offer(s, name, address, module);
}

/* Returns -ENOENT when there is no such list for us. */
static int read_list(struct search *s, const char *path, bool addresses)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		return -ENOENT;
	while (!err && getline(&line, &size, f) > 0)
		err = read_line(s, line, addresses);
	free(line);
	fclose(f);
	return err;
}

static int search(struct cleat *c, struct search *s)
{
	static const struct {
		const char *path;
		bool addresses;
	} lists[] = {
		{ "/sys/kernel/tracing/available_filter_functions_addrs", true },
		{ "/sys/kernel/debug/tracing/available_filter_functions_addrs", true },
		{ "/sys/kernel/tracing/available_filter_functions", false },
		{ "/sys/kernel/debug/tracing/available_filter_functions", false },
	};
	int err;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		err = read_list(s, lists[i].path, lists[i].addresses);
		if (err != -ENOENT)
			return err;
	}
	return cleat_kernel_each_function(c, s->pattern, offer, s);
}

int functions_match(struct cleat *c, const struct cleat_params *p, const char *key,
		    const char *except, const char *text, struct functions *out)
{
	struct search s = { .pattern = text, .p = p, .except = except, .out = out };
	const char *colon = strchr(text, ':');
	char *module = NULL;
	size_t before = out->n;
	int err;

	if (colon) {
		module = strndup(text, (size_t)(colon - text));
		if (!module)
			return cleat_error(c, ENOMEM, "out of memory");
		s.module = module;
		s.pattern = colon + 1;
	}
	err = search(c, &s);
	free(module);
	if (err == -ENOMEM)
		return cleat_error(c, ENOMEM, "out of memory");
	if (err)
		return cleat_error_sys(c, err, "cannot list the kernel's functions");
	return out->n > before
		       ? 0
		       : cleat_param_error(c, p, key, ENOENT, "no function matches '%s'", text);
}

int functions_find(struct cleat *c, const struct cleat_params *p, const char *key,
		   const char *except, struct functions *out)
{
	int err = 0;

	*out = (struct functions) { 0 };
	for (size_t i = 0; i < cleat_param_count(p, key) && !err; i++) {
		const char *text = cleat_param_nth(p, key, i);
		uint64_t address;

		if (functions_is_glob(text))
			err = functions_match(c, p, key, except, text, out);
		else if (functions_add(out, is_address(text, &address) ? NULL : text,
				       is_address(text, &address) ? address : 0, false))
			err = cleat_error(c, ENOMEM, "out of memory");
	}
	return err;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

int functions_check_each(struct cleat *c, const struct cleat_params *p, const char *key,
			 const char *each)
{
	size_t n = cleat_param_count(p, each), places = cleat_param_count(p, key);

	if (n < 2)
		return 0;
	for (size_t i = 0; i < places; i++)
		if (functions_is_glob(cleat_param_nth(p, key, i)))
			return cleat_param_error(c, p, each, EINVAL,
						 "with a pattern there is one '%s' for all functions",
						 each);
	return n == places ? 0
			   : cleat_param_error(c, p, each, EINVAL, "%zu of '%s' for %zu functions",
					       n, each, places);
}

void functions_number(const struct cleat_params *p, const char *each, struct functions *f)
{
	size_t n = cleat_param_count(p, each);

	for (size_t i = 0; i < f->n; i++)
		f->v[i].cookie = n ? strtoull(cleat_param_nth(p, each, n > 1 ? i : 0), NULL, 0) : 0;
}

/* ---- addresses and names ------------------------------------------------------------------------ */

bool functions_locate(struct cleat *c, struct functions *f)
{
	size_t kept = 0;
	bool all = true;

	for (size_t i = 0; i < f->n; i++) {
		struct function *one = &f->v[i];
		const char *colon = one->name ? strchr(one->name, ':') : NULL;
		int err = one->address ? 0
				       : cleat_kernel_symbol(c, colon ? colon + 1 : one->name,
							     &one->address);

		/* Which of several functions of a name ftrace has listed, its list does not say. */
		if (err == -EEXIST && one->found) {
			free(one->name);
			continue;
		}
		if (err)
			all = false;
		f->v[kept++] = *one;
	}
	f->n = kept;
	return all;
}

static int by_name(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

void functions_unique(struct functions *f)
{
	size_t kept = 0;

	if (f->n)
		qsort(f->v, f->n, sizeof(*f->v), by_name);
	for (size_t i = 0; i < f->n; i++) {
		struct function *one = &f->v[i];

		if (!one->name || (kept && strcmp(f->v[kept - 1].name, one->name) == 0))
			free(one->name);
		else
			f->v[kept++] = *one;
	}
	f->n = kept;
}
