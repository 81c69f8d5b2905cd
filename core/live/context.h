/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * context.h - the state behind the public handles. Shared by live/ and unit/.
 *
 * live/ knows objects, programs, maps, links and readers as they are in the kernel; it knows no
 * type by meaning: that is asked of the plugin behind each program and map.
 */
#ifndef LIVE_CONTEXT_H
#define LIVE_CONTEXT_H

#include <pthread.h>
#include <stddef.h>

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "base/report.h"
#include "base/vec.h"
#include "btf/argtags.h"
#include "kernel/facts.h"
#include "kernel/probe.h"
#include "object/object.h"
#include "plugin/params.h"
#include "plugin/registry.h"

struct cleat {
	struct report *report;
	unsigned int depth; /* of public calls inside public calls */
	pthread_t thread;   /* that uses the context; see context_is_ours() */
	struct registry *registry;
	struct prober *prober;
	char *btf_path;
	char *kconfig; /* text that comes before the kernel's own */
	char *object_path;
	unsigned int log_level;
	char *token_path; /* "": none wanted; NULL: nothing was said */
	int token_fd; /* of context_make_token(), or -1 */
	bool token_tried;
	struct target_state *target; /* target.c */
	struct ksyms *ksyms;
	struct user_functions *user_functions;
	char *tracefs;
	char *cgroupfs;
	int possible_cpus;
	int describe_fd;
	const struct cleat_program_plugin *asked; /* whose query is running */
	bool watched; /* targets that are not there are waited for */
	VEC(struct cleat_object *) objects;
	VEC(struct cleat_map *) found; /* cleat_map_find() */
	VEC(struct cleat_link *) links; /* in the order of their making */
};

/*
 * Every public function that can fail begins with OPERATION(c): the outermost one forgets the
 * diagnostics of the operation before.
 */
struct operation {
	struct cleat *c;
};

struct operation operation_begin(struct cleat *c);
void operation_end(struct operation *op);
#define OPERATION(c) \
	struct operation operation_ _cleanup_(operation_end) _unused_ = operation_begin(c)

/* userfunctions.c; NULL is allowed. */
void user_functions_free(struct user_functions *u);

struct report *context_report(struct cleat *c);
/*
 * Is this the thread that used the context last? Maps and readers work from any thread, but only
 * this one may touch the diagnostics: calls of others fail without words.
 */
bool context_is_ours(const struct cleat *c);

struct cleat_object {
	struct cleat *c;
	struct object *spec;
	char *path;
	struct cleat_program *programs; /* one for each of spec->programs */
	size_t n_programs;
	struct cleat_map *maps; /* one for each of spec->maps */
	size_t n_maps;
	int btf_fd;	     /* the object's BTF in the kernel, -1 */
	bool btf_tried;
	/* functions that programs of one kind call another name in that BTF; see object_func_type() */
	VEC(struct btf_ctx_func) ctx_funcs;
	struct btf *pruned;  /* what the kernel has instead of all of it; or NULL */
	uint32_t *pruned_ids; /* where the object's types are in it */
	bool target_ready;   /* wanted names were found, kconfig values are known */
	bool maps_created;
	bool slots_filled;
};

struct cleat_program {
	struct cleat_object *object;
	struct program_spec *spec;
	const char *section;	/* the spec's, or what cleat_program_set_section() said */
	char *own_section;
	bool autoload;
	bool autoload_said; /* by the user */
	bool required;
	struct cleat_program *fallback; /* loaded when this one is not, or NULL */
	struct cleat_program *stands_in; /* the one whose fallback this is, or NULL */
	char *left_out; /* why it was not loaded, or not attached; or NULL */
	bool loading; /* and waiting for others that its keys name */
	/* once the plugin is known */
	bool resolved;
	int resolve_error;
	struct plugin *plugin;
	const struct cleat_section *entry;
	struct cleat_params *params; /* from the section name (layer 0) and set_param (above) */
	unsigned int layer;	     /* of the last set_param */
	const char *ctx_name; /* what the kernel calls its context, where that mattered; or NULL */
	/* once loaded */
	int fd;
	struct cleat_load load;
	char *log;
	/* said by cleat_program_set_log(); else as the context has it */
	bool log_said;
	unsigned int log_level;
	char *log_to;
	size_t log_to_bytes;
	size_t loaded_insns;
	uint64_t verified_insns;
	uint64_t states;
	uint64_t load_ns;
	uint32_t id;
	uint8_t tag[8];
};

struct cleat_map {
	struct cleat *c;
	struct cleat_object *object; /* NULL: found in the kernel, or made without one */
	struct map_spec *spec;	     /* NULL: found in the kernel */
	char *name;
	bool resolved;
	struct plugin *plugin;
	const struct cleat_map_type *type;
	struct cleat_params *params;
	unsigned int layer; /* of the last set_param */
	struct cleat_map_attr attr; /* what it is made with, or what the kernel says */
	uint32_t own_flags; /* of the object and of a data section, without those of keys */
	uint32_t own_type;  /* key 'type'; 0: the object's */
	bool left_out;	    /* key 'create', or a kernel without variables: it is not made */
	int fd;
	int text_fd[2];		/* that the key's and the value's last text opened, or -1 */
	int adopted_fd;		/* given by cleat_map_adopt() before creation; -1 */
	uint32_t id;
	bool frozen;
	bool unpinned;		/* pin = no: also when the object says it is to be pinned */
	bool pinned_here;	/* this context made the pin: unpin when the load fails */
	const char *adopt_from; /* while the plugin judges a map that was there before: where */
	bool adopted;		/* was there before: its contents stay */
	void *memory; /* a data map's value (see map_memory()) or an arena, shared with the kernel */
	size_t memory_size;
	uint64_t base; /* where the section's bytes are in it */
	struct btf *own_btf;	/* of a map found in the kernel, */
	uint32_t own_key, own_value; /* and its types there */
	char *key_type;		/* C types, made when asked for */
	char *value_type;
	struct cleat_reader *reader; /* the one that takes its records, or NULL */
	struct log_decoder *log; /* of log records; see map_log() */
};

enum link_kind {
	LINK_KERNEL, /* fd is a bpf link */
	LINK_PERF,   /* ioctl on perf_fd */
	LINK_HELD,   /* closing fd detaches */
	LINK_UNDONE_BY, /* undo() detaches */
};

struct link_undo {
	struct link_undo *next;
	int (*fn)(struct cleat *c, const void *data);
	_Alignas(max_align_t) char data[];
};

/* The keys that one or more links were made from, together. */
struct link_origin {
	struct cleat_params *params;
	char *identity; /* of what the keys name, of units that are watched; see world.h */
	char *place; /* the same without files, which processes go on to use when others take their place */
	size_t links; /* so many are there still */
};

struct cleat_link {
	struct cleat *c;
	struct cleat_program *program; /* or NULL, */
	struct cleat_map *map; /* and this */
	struct cleat_link *sibling;
	enum link_kind kind;
	int fd;
	int perf_fd; /* of a perf event, also under a kernel link */
	struct link_undo *undo; /* what is to do when it is undone, the last given first */
	struct link_origin *origin; /* or NULL: of a map, say */
	char *what;
	char *pin;
	char *note; /* said by cleat_attach_stays(): it can be left behind; or NULL */
	void (*leave)(const void *data);
	bool left; /* it stays when the handle goes, as a pin makes a kernel link stay */
};

/* ---- target.c: the running kernel for the pure half ----------------------------------------- */

/* Opens the kernel's BTF on first use; target->btf is NULL when there is none. NULL without memory. */
const struct target *context_target(struct cleat *c);
/* These kernel symbols will be asked for: look for all of them in one pass. */
int context_want_ksyms(struct cleat *c, const char *const *names, size_t n);
/* Is there BTF in the file that cleat_open() was given, if any? Reports; returns 0 or -errno. */
int context_given_btf(struct cleat *c);
void target_state_free(struct target_state *t);
/* A BTF that the kernel holds, copied; NULL when it cannot be had. The caller frees. */
struct btf *context_btf_by_id(struct cleat *c, uint32_t id);
/* Id of function @name in the BTF of a loaded program; 0 with a diagnostic. */
int find_program_btf(struct cleat *c, int prog_fd, const char *name, uint32_t *id);

/* ---- object.c, objectbtf.c, load.c ----------------------------------------------------------- */

/* Find wanted names of all programs in one sweep, resolve kconfig values. Once per object. */
int object_ready_target(struct cleat_object *o);
/* The object's BTF in the kernel: a descriptor, or -1 when it has none or the kernel takes none. */
int object_btf_fd(struct cleat_object *o);
/* Types of no object, in a form that this kernel takes: a descriptor or -errno. Reports nothing. */
int context_load_btf(struct cleat *c, const struct btf *b);
/* The type there of a function of the object's BTF, for @p. Only after object_btf_fd(). */
uint32_t object_func_type(const struct cleat_program *p, uint32_t func);
/* A type's id, and a string's offset, in what that descriptor stands for: after object_btf_fd(). */
uint32_t object_btf_id(const struct cleat_object *o, uint32_t id);
uint32_t object_btf_string(const struct cleat_object *o, uint32_t off);
void object_btf_unload(struct cleat_object *o);

/* ---- token.c --------------------------------------------------------------------------------- */

/*
 * Before anything is loaded: the token that loads go by, c->token_fd, or -1 where none is needed or
 * can be had. Fails when one was asked for.
 */
int context_make_token(struct cleat *c);
/* After EPERM: was it for the user namespace? Then says so. */
bool hint_user_namespace(struct cleat *c);

/* ---- claim.c --------------------------------------------------------------------------------- */

/* Sections of the object that plugins claim become maps, or parts of them. Before there are handles. */
int object_claim_sections(struct cleat_object *o);
/* Is there a map that refers to the program, and is one of those to be made? */
bool program_is_referred_to(const struct cleat_program *p, bool *wanted);
/* The last word of maps that refer to the program on the arguments of its load. */
int program_slots(struct cleat_program *p);
/* Put the variables of a claimed section into the map's memory; it was just made or taken over. */
int map_place(struct cleat_map *m);
/* Is it attached itself (struct_ops). */
bool map_is_attached(const struct cleat_map *m);

/* ---- types.c --------------------------------------------------------------------------------- */

/* Type @id of @b, which is not a module's. */
struct cleat_type type_in(const struct btf *b, uint32_t id);

/* ---- exclusive.c ----------------------------------------------------------------------------- */

#define EXCLUSIVE_BYTES 32

/*
 * Key 'exclusive': the hash that the kernel will have of the program that the map is for; *set says
 * whether there is such a key. Reports.
 */
int map_exclusive(struct cleat_map *m, uint8_t hash[static EXCLUSIVE_BYTES], bool *set);
/* The network device that has the map in its memory, if one is named. Reports. Returns 0 or -errno. */
int map_device(struct cleat_map *m);

/* ---- program.c ------------------------------------------------------------------------------- */

/* Find and open the plugin, turn the section's text into keys. Once; reports the first time. */
int program_resolve(struct cleat_program *p);
void program_release(struct cleat_program *p);
int program_load(struct cleat_program *p);
/* Take over one that is in the kernel: @fd is the program's from now on. */
void program_adopt(struct cleat_program *p, int fd);
/*
 * What the plugin would load it with, as far as it can say; the caller closes attach_prog_fd. Reports
 * nothing: what is wrong with the keys is said when the program is loaded.
 */
void program_ask_plugin(struct cleat_program *p, struct cleat_load *load);
/* CO-RE and externs of all that the program needs, and all of it in one piece, without descriptors. */
int program_link(struct cleat_program *p, struct linked *out);
/* The verifier's log where the caller wants it. */
void program_give_log(const struct cleat_program *p, const char *text);
/* policy.c: is it a failure when neither it nor what it stands in for is there? */
bool program_required(const struct cleat_program *p);
/* Load @p, or the first of its fallbacks that loads. 0 also when none had to. */
int program_load_any(struct cleat_program *p);
/*
 * @p was not attached (@err; its diagnostics are those from number @before on): what was done for
 * it is undone already. *instead is the fallback that was loaded for it, or NULL. Returns 0 when the
 * rest may go on.
 */
int program_fall_back(struct cleat_program *p, size_t before, int err,
		      struct cleat_program **instead);
int object_resolve_programs(struct cleat_object *o);
int object_load_programs(struct cleat_object *o);
/* Undo all links of the context but the first @before, the last first. */
void links_undo(struct cleat *c, size_t before);
/* Release them without undoing what stays without them. */
void links_leave(struct cleat *c, size_t before);
/* The program of the object that the @i-th key of its plugin names, to be loaded before it; or NULL. */
struct cleat_program *program_named(const struct cleat_program *p, size_t i);
/* Is it loaded with the object: by default as it or the maps that refer to it are wanted. */
bool program_to_load(const struct cleat_program *p);
/* The kernel's number: the section's, else the plugin's. The program is resolved. */
uint32_t program_type(const struct cleat_program *p);

/* ---- replace.c ------------------------------------------------------------------------------- */

/* The context's links from number @first on were made from these keys. */
void links_remember(struct cleat *c, size_t first, const struct cleat_params *params);
void link_forget_origin(struct cleat_link *l);

/* ---- mappin.c -------------------------------------------------------------------------------- */

/* The values of pin-mode, pin-owner, pin-group; 0 for any other key. Reports. */
int map_pin_access_check(const struct cleat_map *m, const char *key, const char *value);
/* As the keys say of the pin, when they do. Reports. */
int map_pin_access(const struct cleat_map *m, const char *path);

/* ---- attach.c -------------------------------------------------------------------------------- */

/* The targets that the keys mean now; none: the keys are the target, or all of them are waited for. */
int program_expand(struct cleat_program *p, const struct cleat_params *params,
		   struct cleat_targets *out);
/* Attach with these keys (complete or reported); *out may be NULL. */
int program_attach(struct cleat_program *p, const struct cleat_params *params,
		   struct cleat_link **out);
/* The plugin's attach alone, for keys that were complete and expanded before. */
int program_attach_once(struct cleat_program *p, const struct cleat_params *params);
/*
 * The plugin's find: handles of what is attached already without a kernel link, at the end of the context's
 * links; it stays when they go. @p may be a stand-in without an object. Returns 0 or -errno, not reported.
 */
int program_find(struct cleat_program *p, const struct cleat_params *params, const char *note);
int map_attach(struct cleat_map *m, struct cleat_link **out);

/* ---- map.c ----------------------------------------------------------------------------------- */

int map_resolve(struct cleat_map *m);
int map_create(struct cleat_map *m);
int map_fill(struct cleat_map *m);
/*
 * The memory of a data map, a mmapable array or an arena, shared with the kernel from now on; NULL when
 * there is none, or the kernel does not share it.
 */
void *map_memory(struct cleat_map *m);
/* Out of the kernel; the handle stays. */
void map_unload(struct cleat_map *m);
void map_release(struct cleat_map *m);
/* Keys that every map takes in a unit's [map] section. */
extern const struct cleat_key map_keys[];
extern const size_t map_keys_count;
/* Is it made from a data section. */
bool map_is_data(const struct cleat_map *m);
/* BTF and type ids of key and value; b is NULL when there are none. */
void map_types(struct cleat_map *m, const struct btf **b, uint32_t *key, uint32_t *value);
/* What a look-up writes: for maps of types that no plugin knows, at most. */
size_t map_value_bytes(struct cleat_map *m);
/* A value for each CPU; each of them takes map_value_slot() bytes. */
bool map_is_per_cpu(const struct cleat_map *m);
size_t map_value_slot(const struct cleat_map *m);
/* Undo the pin that this context made, if any. */
void map_unpin(struct cleat_map *m);
/* "no_prealloc|!mmapable|0x40": BPF_F_... of map creation, by name. 0 or -EINVAL, reported. */
struct map_flags {
	uint32_t on, off;
};
int map_parse_flags(const char *text, struct map_flags *flags, struct report *r);
/* Before it is resolved, or again: "lru_hash" in place of the object's type. */
int map_set_type(struct cleat_map *m, const char *name);
/* Is this descriptor of that kind, as /proc calls it ("bpf-prog")? */
bool fd_is(int fd, const char *file);
/* What is pinned there: who may only read the pin gets what may only be read. A descriptor or -errno. */
int open_pin(const char *path);
/* Is this descriptor a map's? Others have an id and a type, too. */
bool map_is_fd(int fd);
/* Frozen by whomever, as /proc says; false when it does not say. */
bool map_is_frozen(int fd);
/* -errno as words; -ENOENT is an answer and no failure. Call inside OPERATION. */
int map_explain(struct cleat_map *m, int err, const char *what);
/* The operations: the plugin's own, or all NULL. */
const struct cleat_map_plugin *map_operations(const struct cleat_map *m);
/* The first map of the object made from this spec, or NULL. */
struct cleat_map *map_of_spec(struct cleat_object *o, const struct map_spec *spec);

/* ---- maptext.c ------------------------------------------------------------------------------- */

/* Without a type: a number for the sizes that numbers have, else hex bytes in memory order. */
int text_parse_untyped(struct report *r, const char *text, uint8_t *data, size_t size);
void text_format_untyped(struct buf *out, const void *data, size_t size, bool json);
/*
 * cleat_map_parse() of a resolved map, and what cleat_map_format() makes, for many in a row: the
 * operation and the report's scope are the caller's.
 */
int map_parse(struct cleat_map *m, int which, const char *text, void *data);
int map_format(struct cleat_map *m, int which, const void *data, bool json, struct buf *out);

/* ---- mapbatch.c ------------------------------------------------------------------------------ */

/* Sets or deletes many entries. */
struct map_batch {
	struct cleat_map *m;
	bool deletes;
	bool usable; /* the kernel takes batches here, as far as is known */
	uint64_t flags;
};

struct map_batch map_batch_begin(struct cleat_map *m, bool deletes, uint64_t flags);
/*
 * The first of @n entries (@values: not for deleting), as many as the kernel takes at once: returns how
 * many. The one behind them is to be done alone, which also says what is wrong with it. Reports nothing.
 */
size_t map_batch_some(struct map_batch *b, const void *keys, const void *values, size_t n);

/* ---- link.c ---------------------------------------------------------------------------------- */

/* The object that it is of, or NULL. */
const struct cleat_object *link_object(const struct cleat_link *l);
struct cleat_link *link_new(struct cleat *c, struct cleat_program *p, enum link_kind kind);
/* Detach (unless pinned and @keep_pinned) and free. */
int link_release(struct cleat_link *l, bool keep_pinned);
/* All links of an object's, or (NULL) of the context's, in reverse; the first error. */
int links_release(struct cleat *c, const struct cleat_object *o);

/* ---- log.c ----------------------------------------------------------------------------------- */

struct log_decoder;

/* Whether records of the object go through a ring or perf buffers; makes the former. Before other maps. */
int object_ready_log(struct cleat_object *o);
/* Formats of log calls that do not go with their arguments are told, as warnings. */
void object_check_log(struct cleat_object *o);
/* What decodes the map's log records; NULL: it has none (or there is no memory). */
struct log_decoder *map_log(struct cleat_map *m);
/* The record's entry, valid until the next of this map; NULL, or why it is none. */
const char *map_log_decode(struct cleat_map *m, const struct cleat_record *record,
			   struct cleat_log_entry *e);
/* The map that counts records which found no room, and what it has now. NULL: nobody counts. */
struct cleat_map *map_log_lost(const struct cleat_map *m);
uint64_t log_lost(struct cleat_map *lost);
/* The object's log map that is made, or will be; NULL: it logs nothing. */
struct cleat_map *object_log_map(const struct cleat_object *o);

/* ---- reader.c -------------------------------------------------------------------------------- */

/* Append the text of a record (also used by outputs). */
struct cleat_text {
	struct buf buf;
};

/*
 * Type id of "struct event", "enum x", "u64" in @b, or 0 with a diagnostic and the nearest name. @where is
 * what @b is called there.
 */
uint32_t type_by_name(struct btf *b, const char *where, const char *name, struct report *r);
/*
 * The type of a map's records when the reader does not say: its value's, unless that only says how wide
 * a descriptor is. 0: not known.
 */
uint32_t map_record_type(struct cleat_map *m);

/* ---- plugins.c ------------------------------------------------------------------------------- */

/* A program plugin by its name, opened. -ENOENT with the nearest name. Reports. */
int program_plugin(struct cleat *c, const char *name, struct plugin **out);

/* ---- features.c ------------------------------------------------------------------------------ */

/* For the prober of @context: a function or typedef of the kernel's BTF, 0 when there is none. */
uint32_t features_btf(void *context, const char *name);

/* ---- facts.c --------------------------------------------------------------------------------- */

/* Append a copy of a fact. Returns 0 or -ENOMEM. */
int facts_copy(struct cleat_facts *f, const struct cleat_fact *fact);

#endif
