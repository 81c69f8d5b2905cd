/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * state.h - what units want, what was applied, and the way from one to the other.
 *
 *   tree.c     where things are pinned: /sys/fs/bpf/cleat/UNIT/{programs,maps,links}/NAME
 *   blob.c     bytes that live on the BPF file system: a record
 *   record.c   a unit as it was applied, or is to be: programs, maps and links with what they are
 *   wanted.c   a unit's file becomes such a record
 *   look.c     is what a record says still so
 *   keys.c     the keys of a link as one text, and back
 *   loose.c    what is attached without a kernel link, found again
 *   plan.c     the difference, as steps
 *   shown.c    a plan as its readers see it
 *   foreign.c  programs of others at the same places
 *   privilege.c  which capabilities are missing for it
 *   conflict.c what two units cannot both have
 *   variables.c  global variables of a map that is made anew
 *   seeds.c    entries of the unit in a map that is kept
 *   stage.c    all that is new is loaded; nothing changes for others yet
 *   settle.c   who is there of several alternatives, and what that is to its links
 *   switch.c   one small step after the other, each of which can be taken back
 *   guard.c    a second process, which finishes what a killed one began
 *   apply.c    a transaction of these
 *
 * There is no other database: the kernel holds the objects, the BPF file system the names.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <cleat/state.h>

#include "base/vec.h"
#include "unit/unit.h"

/* ---- tree.c ---------------------------------------------------------------------------------- */

#define STATE_ROOT APPLIED_ROOT

enum state_dir { STATE_PROGRAMS, STATE_MAPS, STATE_LINKS, STATE_SEEDS, STATE_DIRS };

/*
 * The path of something of @unit, or of the unit's folder (@name NULL: of the folder of that kind; @dir
 * STATE_DIRS: of the unit). NULL without memory. The caller frees.
 */
char *state_path(const char *root, const char *unit, enum state_dir dir, const char *name);
/* The same for the unit's record. */
char *state_record_path(const char *root, const char *unit);
/* The units that are recorded; none when there is no such folder. Frees with path_list_free(). */
int state_units(const char *root, char ***names, size_t *n);
/*
 * Only one applies at a time, and nobody looks while it does: a descriptor to be closed, or -errno,
 * reported. -ENOENT, not reported, when there is no root and @write is not set.
 */
int state_lock(const char *root, bool write, struct report *r);
/* The unit's folders. */
int state_make_dirs(const char *root, const char *unit, struct report *r);
/* What a killed process left under a temporary name, and folders that are empty. */
void state_sweep(const char *root, const char *unit);
/* Pin, in the place of whatever is there, at once. */
int state_pin(int fd, const char *path, struct report *r);

/* ---- blob.c ---------------------------------------------------------------------------------- */

/* A new map with these bytes: a descriptor or -errno, reported. */
int blob_make(struct cleat *c, const void *data, size_t size);
/* What is pinned there; a NUL is behind it, the caller frees. 0 or -errno, not reported. */
int blob_read(const char *path, char **data, size_t *size);

/* ---- record.c -------------------------------------------------------------------------------- */

/* What the kernel has of a thing that is recorded. */
enum look {
	LOOK_RIGHT,
	LOOK_GONE,
	LOOK_CHANGED, /* it is there, and is not what was made */
};

/* All strings live in the record's arena. */
struct record_program {
	const char *name;
	const char *sum; /* of all that decides what is loaded */
	const char *section;
	uint32_t id;
	bool left_out; /* it did not load, and need not have */
	enum look look;
	struct cleat_program *program; /* of a wanted one */
};

struct record_map {
	const char *name;
	const char *shape; /* type, sizes, flags: of maps of one shape contents are kept */
	const char *seeds; /* sum of the entries that the unit puts in; "": none */
	const char *data; /* sum of the variables' values; "": none */
	const char *vars; /* the variables, one by one; "": none that are written to */
	const char *pin; /* of its own, which goes with the unit; "": none */
	const char *share; /* "UNIT/MAP", whose map it is; "": its own */
	uint32_t id;
	bool copied; /* it has the entries of the one that was there */
	bool follows; /* its contents are programs of this unit: new with them */
	enum look look;
	struct cleat_map *map;
	struct unit_map *section;
};

struct record_link {
	const char *name; /* of its pin; of more than one: NAME+1, NAME+2 ... */
	const char *of; /* the program, or the map that is attached */
	const char *plugin; /* "": a map is attached */
	const char *keys; /* "interface=eth0 mode=native" */
	const char *what; /* for people */
	const char *seen; /* how its plugin describes the kernel's link */
	const char *target; /* sum of which file and process that is, "": of neither */
	const char *note; /* of those without a kernel link: what its plugin wants to know again */
	uint32_t pins;
	uint32_t loose; /* how many are without a kernel link, and can be found again */
	bool left_out; /* it is not attached, and need not be */
	enum look look;
	struct cleat_params *params; /* of a wanted one, owned */
	const struct unit_section *section;
	/* Of a wanted one: the recorded one whose place it takes, which has other keys, or another program. */
	const struct record_link *was;
	const char *way; /* how it would be attached, by its plugin; "" where that is not asked */
	bool held; /* it would end with the process */
	uint32_t adopted; /* id of another's link that it is to be, or 0 */
	bool refused; /* the kernel did not take it, which is no reason to fail */
	bool out; /* nothing comes of it: refused, or its program is not there */
};

struct record {
	struct arena *arena;
	const char *unit;
	const char *source; /* the unit's file */
	const char *owner; /* "": nobody is said */
	const char *object;
	VEC(struct record_program) programs;
	VEC(struct record_map) maps;
	VEC(struct record_link) links;
};

struct record *record_new(const char *unit);
void record_free(struct record *r);
int record_write(const struct record *rec, struct buf *out);
/* The reverse; @path is for messages. Reports. */
int record_parse(const char *unit, const char *path, const char *text, size_t size,
		 struct record **out, struct report *report);
/* The record that is pinned; *out is NULL, and 0 returned, when there is none. Reports. */
int record_read(struct cleat *c, const char *root, const char *unit, struct record **out);
struct record_program *record_program(const struct record *rec, const char *name);
struct record_map *record_map(const struct record *rec, const char *name);
/* Where the @i-th of its kernel links is pinned; the caller frees. */
char *link_pin_path(const char *root, const char *unit, const struct record_link *l, uint32_t i);
/* The link of the same program at the same place. */
struct record_link *record_link(const struct record *rec, const struct record_link *like);

/* ---- wanted.c -------------------------------------------------------------------------------- */

/* What the unit, which is checked, comes to. Patterns are expanded now. Reports. */
int wanted_read(struct unit *u, struct record **out);

/* ---- keys.c ---------------------------------------------------------------------------------- */

/* "interface=eth0 mode=native", in an order that does not depend on the file's; NULL without memory. */
const char *keys_text(const struct cleat_params *p, struct arena *a);
/* The keys again; NULL when they are no more what the plugin takes. */
struct cleat_params *keys_params(const struct plugin *p, const char *keys);

/* ---- loose.c --------------------------------------------------------------------------------- */

/* Attachments without a kernel link that a record tells of, and a stand-in for their program. */
struct loose {
	struct cleat_object object;
	struct program_spec spec;
	struct cleat_program program;
	VEC(struct cleat_link *) links;
};

/* The program that was recorded, whatever has its name by now: a descriptor or -errno, not reported. */
int record_program_open(const char *root, const char *unit, const struct record_program *p);
/* All that is there of @l: 0, -ENOENT or another -errno, not reported. */
int loose_find(struct cleat *c, const char *root, const struct record *rec,
	       const struct record_link *l, struct loose **out);
/* NULL is allowed. Without @detach they stay attached. */
void loose_free(struct loose *lo, bool detach);
/* @with in the place of @was, or nothing when it is there already. Reports. */
int loose_replace(struct cleat *c, const struct record_link *l, const struct cleat_params *params,
		  struct cleat_program *with, struct cleat_program *was);

/* ---- look.c ---------------------------------------------------------------------------------- */

/* Sets 'look' of everything in the record. */
void look_at(struct cleat *c, const char *root, struct record *rec);
/* What the plugin says of a kernel link, in its keys; the caller frees. NULL: nothing. */
char *look_describe(struct cleat *c, const char *plugin, int fd);

/* ---- plan.c ---------------------------------------------------------------------------------- */

/* Of a link, ANEW: what is there goes first; ADOPT: it is another's, and gets our program. */
enum change { KEEP, CREATE, UPDATE, REMOVE, ANEW, ADOPT };

/* One unit: what it has, what it is to have, and what is done with each. */
struct unit_plan {
	const char *name;
	struct unit *u; /* NULL: it is to go */
	struct record *wanted; /* never NULL */
	struct record *had; /* or NULL */
	VEC(enum change) programs, maps, links; /* by index into wanted */
	size_t steps;
	bool loads; /* its object is needed in the kernel */
};

struct plan_step {
	enum change change;
	const char *unit, *kind, *name;
	char *from, *to, *why; /* or NULL */
	const char *way; /* of a link that is made, or NULL */
	bool held; /* it would end with the process */
	char *missing; /* capabilities that we lack for it, or NULL */
};

/* A program of others where a unit's is, or is to be. */
struct foreign {
	const char *unit;
	const struct record_link *link_of;
	uint32_t program, link;
	char name[BPF_OBJ_NAME_LEN + 1];
};

struct cleat_plan {
	struct cleat *c;
	struct cleat_session *session;
	char *root;
	bool to_apply;
	bool guarded;
	bool taken_over; /* another process began, and was killed */
	int lock;
	VEC(struct unit_plan *) units;
	VEC(struct plan_step) steps;
	VEC(struct foreign) foreign;
	VEC(uint32_t) others; /* ids of programs of units that are not in the plan */
	bool knows_others;
	bool adopt;
	char hash[65];
};

/* What was applied in the place of a wanted link, or NULL, as for one of which nothing comes. */
const struct record_link *link_had(const struct unit_plan *up, const struct record_link *want);
/* Does a recorded link go, and nothing comes in its place. */
bool link_goes(const struct unit_plan *up, const struct record_link *had);
/* A recorded link that goes, whose place, where no two can be, @want is to take; or NULL. */
const struct record_link *link_in_place(const struct unit_plan *up, const struct record_link *want);
/* Can others be at the same place, as its plugin foresees it. */
bool link_shares(struct cleat_program *p, const struct cleat_params *params);
/* The plan of a unit by its name, or NULL. */
struct unit_plan *plan_unit_named(const struct cleat_plan *p, const char *name);
/* What becomes of one of its maps; KEEP also of what it has not. */
enum change plan_map_change(const struct unit_plan *up, const char *map);
/* Does a map of another shape get the entries of the one that was there. */
bool map_keeps_entries(const struct record_map *had, const struct record_map *want);

/* ---- privilege.c ----------------------------------------------------------------------------- */

/* What this process lacks for what it is to load, as a word behind each step. Reports. */
int plan_privileges(struct cleat_plan *p);

/* ---- conflict.c ------------------------------------------------------------------------------ */

/* Do units want what only one can have: a pin, a hook that takes one program. Reports each with its line. */
int plan_conflicts(const struct cleat_plan *p);

/* ---- foreign.c ------------------------------------------------------------------------------- */

/* Adds to p->foreign who else is at the place of a wanted link. */
int foreign_at(struct cleat_plan *p, const struct unit_plan *up, const struct record_link *want);
/* The id of another's link there whose program has the same name, or 0. */
uint32_t foreign_adopts(struct cleat_plan *p, const struct unit_plan *up,
			const struct record_link *want);

/* ---- stage.c --------------------------------------------------------------------------------- */

/* Everything that is new is in the kernel afterwards, and nobody but us can see it. */
int stage(struct cleat_plan *p);

/* ---- variables.c ----------------------------------------------------------------------------- */

/* The variables of the map, with what tells whether two are the same; "" where there are none; NULL without memory. */
const char *variables_text(struct cleat_object *o, const struct cleat_map *m, struct arena *a);
/* What those that are the same hold in the map that is pinned at @path goes into the new one. Reports. */
int variables_carry(struct cleat *c, const char *path, const struct record_map *had,
		    const struct record_map *want);

/* ---- settle.c -------------------------------------------------------------------------------- */

/* What is loaded is known now: links of alternatives that are not there go, those of the one that is come. */
void settle_links(struct unit_plan *up);
/*
 * The @i-th link of the unit could not be attached, with the diagnostics since @before, and all is as it was. True: another
 * program is loaded in its program's place, or it may be left out. False: *err.
 */
bool settle_without(struct unit_plan *up, size_t i, size_t before, int *err);

/* ---- seeds.c --------------------------------------------------------------------------------- */

struct seeds_change;
/* What is to be changed so that the entries of last time become those of the unit; *out in any case. */
int seeds_prepare(struct cleat_plan *p, const struct unit_plan *up, const struct record_map *m,
		  struct seeds_change **out);
int seeds_run(const struct seeds_change *ch);
int seeds_back(const struct seeds_change *ch);
void seeds_free(struct seeds_change *ch);
/* What is kept to be compared with next time: a descriptor or -errno. */
int seeds_blob(struct cleat *c, const struct record_map *m);

/* ---- switch.c -------------------------------------------------------------------------------- */

/* What was staged takes the place of what was. All of it or nothing. */
int switch_over(struct cleat_plan *p);

/* ---- guard.c --------------------------------------------------------------------------------- */

/* What is said before it is done. */
enum guard_word { GUARD_DO, GUARD_TAKE_BACK, GUARD_DONE };

struct guard {
	int pipe;
	int pid;
};

/*
 * From here on a second process stands by. If this one ends before it has said GUARD_DONE, the other
 * calls @finish with the last word and its number, and ends. -1 in guard->pipe: there is none.
 */
void guard_begin(struct guard *g, void (*finish)(void *user, enum guard_word word, uint32_t n),
		 void *user);
void guard_say(const struct guard *g, enum guard_word word, uint32_t n);
void guard_end(struct guard *g);

/* ---- swap.c ---------------------------------------------------------------------------------- */

/*
 * One small change, that can be taken back: what it needs for that is in it.
 */
struct change_one {
	struct cleat_plan *p;
	struct unit_plan *up;
	size_t i; /* which, in the wanted or the recorded list */
	VEC(int) old; /* descriptors of what was there */
	struct loose *loose; /* that was there and has to go, or NULL */
	int adopted_fd; /* of another's link, or -1 */
	struct cleat_program before; /* a stand-in for the program that was there */
	VEC(struct cleat_link *) links;
};

int link_swap_prepare(struct change_one *ch);
int link_swap(struct change_one *ch);
int link_swap_back(struct change_one *ch);
/* Of a new link, or with what was there gone first. */
int link_make_prepare(struct change_one *ch);
int link_make(struct change_one *ch);
/* Says that an attachment ends with the process. Returns -EOPNOTSUPP. */
int link_is_held(struct cleat *c, const struct unit_plan *up, const char *what);
int link_make_back(struct change_one *ch);
void change_one_free(struct change_one *ch);

#endif
