/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * unit.h - a unit between its file and the kernel.
 *
 *   unit_find()   a name or path -> the files that make it up                      find.c
 *   unit_parse()  files -> sections with keys, every one with its place           parse.c
 *   unit_check()  sections -> an object and what is to be done with it  check.c and the like
 *   unit_seed(), unit_attach(), outputs                            seed.c, session.c, output.c
 *
 * Up to unit_check() nothing is touched and no privilege is needed.
 */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <cleat/unit.h>

#include "base/vec.h"
#include "live/context.h"
#include "live/entries.h"

enum section_kind {
	SECTION_UNIT,
	SECTION_OBJECT,
	SECTION_GLOBAL,
	SECTION_MAP,
	SECTION_PROGRAM,
	SECTION_ATTACH,
	SECTION_OUTPUT,
	SECTION_LOG,
	SECTION_KINDS,
};

/* All strings of these live in the unit's arena. */
struct unit_entry {
	const char *key;
	const char *value;
	const char *file;
	unsigned int line;
	unsigned int layer; /* 0 the unit itself, 1 and on its drop-ins */
};

struct unit_section {
	enum section_kind kind;
	const char *title; /* "attach firewall uplink" */
	const char *name;  /* "firewall"; NULL: this kind has none */
	const char *label; /* "uplink", or NULL */
	const char *file;  /* where it begins first */
	unsigned int line;
	const char *last_file; /* where it begins last: twice in one file is an error */
	unsigned int last_line;
	VEC(struct unit_entry) entries;
};

/* The files of a unit. */
struct unit_files {
	char *name;	/* "firewall", "firewall@eth0" */
	char *instance; /* "eth0", or NULL */
	VEC(char *) paths; /* the unit, then its drop-ins in order */
};

struct unit_map {
	struct cleat_map *map;
	const struct unit_section *section;
	struct entries seeds;
	bool freeze;
	bool detached; /* 'attach = no' */
	const char *share_unit, *share_map; /* it is this map of that unit; or NULL */
	bool keep; /* it was there before: its entries are not put in again */
};

struct unit_attach {
	struct cleat_program *program;
	struct cleat_params *params;
	const struct unit_section *section; /* NULL: as its section name in the object says */
};

struct unit {
	struct cleat *c;
	struct arena *arena;
	struct unit_files files;
	VEC(struct unit_section *) sections;
	/* after unit_check() */
	struct cleat_params *own;	    /* [unit] */
	struct cleat_params *object_params; /* [object] */
	struct cleat_object *object;	    /* NULL: a condition does not hold */
	VEC(struct unit_map *) maps;
	VEC(struct unit_attach) attaches;
	VEC(struct cleat_output *) outputs;
};

/*
 * @dirs: where names are looked up, the first wins; NULL at the end. A path or a name; reports what
 * is not found and what is masked.
 */
int unit_find(struct unit_files *out, const char *what, const char *const *dirs,
	      struct report *r);
void unit_files_free(struct unit_files *f);
/*
 * The names of all units in the directories, sorted: neither templates nor what is masked. The caller
 * frees with path_list_free(). Reports.
 */
int unit_list(const char *const *dirs, char ***names, size_t *n, struct report *r);

/* Takes over what is in @files. @c may be NULL as long as the unit is only parsed. */
int unit_new(struct unit **out, struct cleat *c, struct unit_files *files);
void unit_free(struct unit *u);
/* The section, or NULL; @name and @label NULL where the kind has none. */
struct unit_section *unit_section(const struct unit *u, enum section_kind kind, const char *name,
				  const char *label);

/* Reads all files; reports all errors and returns the first. */
int unit_parse(struct unit *u, struct report *r);

/* Everything against the object, its BTF and the plugins' tables; all errors are reported. */
int unit_check(struct unit *u);
/* 1: it holds, 0: it does not, negative: it is no condition. */
int unit_condition(struct cleat *c, const char *text);

/* ---- parts of unit_check() ----------------------------------------------------------------- */

/* Enter the entries of a section; all errors are reported. */
int unit_set(const struct unit_section *s, struct cleat_params *p, unsigned int layer,
	     struct report *r);
/* Keys that name maps and programs of the object. */
int unit_check_names(const struct unit *u, const struct cleat_params *p);
/* Find in the object, or report with the nearest name. */
int unit_find_map(const struct unit *u, const char *name, struct cleat_map **out);
int unit_find_program(const struct unit *u, const char *name, struct cleat_program **out);
int unit_check_maps(struct unit *u);
int unit_check_programs(struct unit *u);
int unit_check_outputs(struct unit *u);
/* Split "KEY -> VALUE" entries and read files of them, into @m. */
int unit_add_entries(struct unit *u, struct unit_map *m, const struct cleat_params *p);

/*
 * Put them into an order in which none comes before one that it waits for, and otherwise as they are. Reports
 * a circle, with a file and line of it.
 */
int units_order(struct unit **units, size_t n, struct report *r);

/* ---- acting -------------------------------------------------------------------------------- */

/*
 * Put the entries into the maps, which are there, and freeze those that want it. Maps whose values
 * stand for descriptors come after the programs are loaded: @loaded.
 */
int unit_seed(struct unit *u, bool loaded);

/* Maps, entries, programs: nothing is attached. */
int unit_load(struct unit *u);

/* ---- share.c --------------------------------------------------------------------------------- */

/* Where what is applied is pinned. */
#define APPLIED_ROOT "/sys/fs/bpf/cleat"

/* Maps of other units for the @i-th: of those before it, which have theirs, or that were applied. Reports. */
int unit_share(struct unit *const *units, size_t i, struct report *r);
int unit_share_missing(const struct unit_map *m, struct report *r);

/* ---- session.c ----------------------------------------------------------------------------- */

struct cleat *session_context(const struct cleat_session *s);
struct unit *session_unit(const struct cleat_session *s, size_t i);
bool session_is_started(const struct cleat_session *s);
/* The lines of cleat_session_link_at(): one for each of these links; and one less. */
int session_note_links(struct cleat_session *s, const struct unit *u, const struct cleat_link *l);
void session_forget_link(struct cleat_session *s, const struct unit *u, const char *what);
/* Where units are looked up by their names; NULL at the end. */
extern const char *const unit_dirs[];
/* See units_order(). */
int session_order(struct cleat_session *s);
/* Out of the memory of this process; what is pinned stays in the kernel. */
void session_unload(struct cleat_session *s, bool keep_pins);

int output_new(struct cleat_output **out, struct unit *u, const struct unit_section *s);
void output_free(struct cleat_output *o);
/* Open the reader and the plugin's end. */
int output_start(struct cleat_output *o);
void output_stop(struct cleat_output *o);
int output_fd(const struct cleat_output *o);
/* Hand all records on; returns their number or -errno. */
int output_dispatch(struct cleat_output *o);
/* When it wants to be dispatched although no record comes, by the monotonic clock; 0: never. */
uint64_t output_due(const struct cleat_output *o);
/* Whatever is written to was moved away: begin anew under its name. */
int output_reopen(struct cleat_output *o);
/* 'unit' and 'label' are not set. */
const struct cleat_output_stats *output_stats(const struct cleat_output *o);
struct cleat_map *output_map(const struct cleat_output *o);

#endif
