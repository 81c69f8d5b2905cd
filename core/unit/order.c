/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * order.c - which unit comes before which: [unit] after and before, and maps that are another's. Knows how a
 * circle is told; refuses to know what is done in that order.
 */
#include <fnmatch.h>

#include "base/text.h"
#include "unit/unit.h"

/* Where it is said. */
struct place {
	const char *file;
	unsigned int line;
};

/* Does @u name @other by such a key; names may be patterns. */
static bool names(const struct unit *u, const char *wanted, const char *other, struct place *at)
{
	const char *key, *value;

	for (size_t i = 0; u->own && params_at_place(u->own, i, &key, &value, &at->file, &at->line);
	     i++)
		if (streq(key, wanted) && fnmatch(value, other, 0) == 0)
			return true;
	return false;
}

/* Does it use a map of the other. */
static bool shares(const struct unit *u, const char *other, struct place *at)
{
	for (size_t i = 0; i < u->maps.n; i++) {
		const struct unit_map *m = u->maps.v[i];

		if (!m->share_unit || !streq(m->share_unit, other))
			continue;
		*at = (struct place) { m->section->file, m->section->line };
		return true;
	}
	return false;
}

static bool waits_for(const struct unit *u, const struct unit *other, struct place *at)
{
	return u != other &&
	       (names(u, "after", other->files.name, at) || shares(u, other->files.name, at) ||
		names(other, "before", u->files.name, at));
}

/* One of @units, from number @from on, that @u waits for, or NULL. */
static struct unit *waited_for(struct unit *const *units, size_t from, size_t n,
			       const struct unit *u, struct place *at)
{
	for (size_t i = from; i < n; i++)
		if (waits_for(u, units[i], at))
			return units[i];
	return NULL;
}

/* Each of those that are left waits for another one: whoever goes from one to the next comes round. */
static int report_circle(struct unit *const *units, size_t from, size_t n, struct report *r)
{
	struct unit *at = units[from], *first;
	struct buf names _buf_free_ = { 0 };
	struct place place;

	for (size_t i = from; i < n; i++)
		at = waited_for(units, from, n, at, &place);
	first = at;
	buf_puts(&names, first->files.name);
	do {
		at = waited_for(units, from, n, at, &place);
		buf_printf(&names, " after %s", at->files.name);
	} while (at != first);
	REPORT_IN(r, REPORT_FILE, place.file);
	report_line(r, place.line);
	return names.failed ? report_oom(r)
			    : report_error(r, ELOOP, "units wait for each other: %s", names.data);
}

int units_order(struct unit **units, size_t n, struct report *r)
{
	struct place at;

	for (size_t done = 0; done < n; done++) {
		size_t next = done;
		struct unit *u;

		while (next < n && waited_for(units, done, n, units[next], &at))
			next++;
		if (next == n)
			return report_circle(units, done, n, r);
		u = units[next];
		memmove(&units[done + 1], &units[done], (next - done) * sizeof(*units));
		units[done] = u;
	}
	return 0;
}
