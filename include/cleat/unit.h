/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * unit.h - unit files: a set of them is read, checked, started, run and stopped together.
 */
#ifndef CLEAT_UNIT_H
#define CLEAT_UNIT_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_object;
struct cleat_session;
struct cleat_facts;

/* Make an empty set. Release with cleat_session_free(). */
CLEAT_API int cleat_session_new(struct cleat *c, struct cleat_session **out);
/* Stop and release; NULL is allowed. */
CLEAT_API void cleat_session_free(struct cleat_session *s);

/*
 * Read a unit: a path (with a slash or ending in .ini), else a name looked up in
 * /etc/cleat/units.d and the vendor's directory. Its object is opened, every section and key is
 * checked against the object, its BTF and the plugins' tables; all errors of the file are reported
 * at once. Needs no privilege and touches nothing.
 */
CLEAT_API int cleat_session_add(struct cleat_session *s, const char *unit);

/*
 * The same for every unit in /etc/cleat/units.d and the vendor's directory that is not masked; of a
 * template its instances, files NAME@INSTANCE.ini (links to the template, say). All errors are reported.
 */
CLEAT_API int cleat_session_add_all(struct cleat_session *s);

/* Number of units, and the object of one (NULL when its condition did not hold). */
CLEAT_API size_t cleat_session_count(const struct cleat_session *s);
/* The object of unit @i, or NULL. */
CLEAT_API struct cleat_object *cleat_session_object(const struct cleat_session *s, size_t i);
/* The name of unit @i ("firewall"), or NULL past the end. */
CLEAT_API const char *cleat_session_name(const struct cleat_session *s, size_t i);

/* Ask the verifier about all units, in a transaction that is dropped: nothing is attached. */
CLEAT_API int cleat_session_verify(struct cleat_session *s);
/*
 * Load and attach all units; on any failure everything is undone. Then outputs run from
 * cleat_session_dispatch().
 */
CLEAT_API int cleat_session_start(struct cleat_session *s);
/* A line for each link that cleat_session_start() made: "firewall: xdp on eth0, native"; NULL past the end. */
CLEAT_API const char *cleat_session_link_at(const struct cleat_session *s, size_t i);
/* Descriptor that becomes readable when cleat_session_dispatch() has something to do. */
CLEAT_API int cleat_session_fd(const struct cleat_session *s);
/* Write out all records that are there. Never blocks on the kernel. Returns their number or -errno. */
CLEAT_API int cleat_session_dispatch(struct cleat_session *s);
/* Detach everything, in reverse, after a last dispatch. */
CLEAT_API int cleat_session_stop(struct cleat_session *s);
/*
 * What outputs write to was moved away, by whoever rotates files: they begin anew under its name. No
 * record is lost; an output that cannot goes on with what it has. Returns 0 or the first error, all
 * of them reported.
 */
CLEAT_API int cleat_session_reopen(struct cleat_session *s);
/* Totals of an output by its label: records and lost ones. Returns 0 or -ENOENT past the end. */
CLEAT_API int cleat_session_output_at(const struct cleat_session *s, size_t i, const char **label,
				      uint64_t *records, uint64_t *lost);

/* What became of the records of an output since it was started. New fields are added at the end. */
struct cleat_output_stats {
	size_t size;
	const char *unit;
	const char *label;
	uint64_t records;  /* read */
	uint64_t lost;	   /* the kernel had no room for: nobody read fast enough */
	uint64_t filtered; /* of those read: left out by 'filter' */
	uint64_t sampled;  /* left out by 'sample' */
	uint64_t limited;  /* dropped: over 'rate' */
	uint64_t failed;   /* dropped: could not be written */
	uint64_t overwritten; /* bytes of records that a ring wrote over before they were read */
	uint64_t corrupt; /* of those read: bytes in a log map that are no record, and left out */
};
/* The same about output @i, stats->size set by the caller. Returns 0 or -ENOENT past the end. */
CLEAT_API int cleat_session_output_stats(const struct cleat_session *s, size_t i,
					 struct cleat_output_stats *stats);

#ifdef __cplusplus
}
#endif

#endif
