/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plugin.h - the contract between cleat and its plugins.
 *
 * A plugin is a shared object with one exported symbol, cleat_plugin_entry, made by CLEAT_PLUGIN();
 * beside it lies a descriptor, NAME.plugin, that is read without running the plugin. A plugin links
 * against nothing: the functions declared here and in the other <cleat/...> headers are found in
 * the host when it is opened.
 *
 * Rules that keep old plugins running: the head of the struct is frozen; structs grow at the end
 * only, the host copies the smaller size and zeroes the rest; NULL means the documented default; a
 * callback never changes its meaning; tables carry the size of their elements; the ABI number
 * rises only if that cannot be kept, and it has no default.
 *
 * Callbacks run on the thread that uses the context, must not block, keep no mutable globals, and
 * return 0 or a negative errno after having said why with cleat_error(). See cleat-plugin(3).
 *
 *          no privilege needed                  |  privilege needed
 *   find - open - init - parse_target* - check*  |  prepare* - load - expand* - attach* - run
 *   (descriptor)         (per program or map)    |  undone in reverse
 */
#ifndef CLEAT_PLUGIN_H
#define CLEAT_PLUGIN_H

#ifndef CLEAT_ABI
#error "define CLEAT_ABI to the ABI the plugin is written for (1) before including <cleat/plugin.h>"
#elif CLEAT_ABI != 1
#error "this <cleat/plugin.h> provides CLEAT_ABI 1"
#endif

#include <cleat/cleat.h>
#include <cleat/plugin-host.h>
#include <cleat/symbols.h>
#include <cleat/type.h>
#include <cleat/uapi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_attach;  /* one attach in progress */
struct cleat_claim; /* a section of an object that a map plugin reads */
struct cleat_output;  /* one output of a unit */
struct cleat_params;  /* validated keys and values */
struct cleat_targets; /* what 'expand' makes of one set of keys */

/* ---- the head ------------------------------------------------------------------------------ */

#define CLEAT_KIND_PROGRAM 1
#define CLEAT_KIND_MAP 2
#define CLEAT_KIND_OUTPUT 3

/* Frozen for ever: read before anything else is known. */
struct cleat_plugin {
	uint32_t struct_size; /* of the whole struct that begins with this */
	uint16_t abi;
	uint16_t kind;
	const char *name;    /* as in the descriptor */
	const char *summary; /* one line, no full stop */
};

#define CLEAT_HEAD(type, kind, name, summary)          \
	{                                              \
		sizeof(type), CLEAT_ABI, kind, name, summary \
	}

/*
 * Export a plugin: CLEAT_PLUGIN(xdp) at the end of the file. With CLEAT_BUILTIN defined for programs that have
 * it inside, as cleat_plugin_entry_xdp; see struct cleat_builtin_plugin.
 */
#ifdef CLEAT_BUILTIN
#define CLEAT_PLUGIN(plugin)                                                              \
	extern const struct cleat_plugin *const cleat_plugin_entry_##plugin;              \
	const struct cleat_plugin *const cleat_plugin_entry_##plugin = &(plugin).base;
#else
#define CLEAT_PLUGIN(plugin)                                                              \
	extern CLEAT_API const struct cleat_plugin *const cleat_plugin_entry;             \
	CLEAT_API const struct cleat_plugin *const cleat_plugin_entry = &(plugin).base;
#endif

#define CLEAT_TABLE(field, array) \
	.field = (array), .field##_size = sizeof((array)[0]), .field##_count = sizeof(array) / sizeof((array)[0])

/* ---- keys ---------------------------------------------------------------------------------- */

/* Types of keys: the host validates a value before the plugin sees it. */
#define CLEAT_TYPE_TEXT 0
#define CLEAT_TYPE_BOOL 1     /* yes no true false on off */
#define CLEAT_TYPE_UINT 2     /* 0 ... 2^64-1, any base */
#define CLEAT_TYPE_INT 3
#define CLEAT_TYPE_SIZE 4     /* with K, M, G */
#define CLEAT_TYPE_DURATION 5 /* with ns us ms s m h; nanoseconds */
#define CLEAT_TYPE_CHOICE 6   /* one of 'choices' */
#define CLEAT_TYPE_PATH 7     /* a relative one is relative to the unit file */
#define CLEAT_TYPE_MAP 8      /* name of a map of the same object */
#define CLEAT_TYPE_PROGRAM 9  /* name of a program of the same object */

#define CLEAT_KEY_REQUIRED (1u << 0)
#define CLEAT_KEY_REPEAT (1u << 1) /* may be given several times */
/*
 * Matters before load: allowed in [program] sections and cleat_program_set_param() too. The program
 * that a key of type CLEAT_TYPE_PROGRAM names is loaded first, then.
 */
#define CLEAT_KEY_LOAD (1u << 2)
/* At least one of the keys that are marked so must be given. */
#define CLEAT_KEY_ONE_OF (1u << 3)
/*
 * Of a map: says how its contents are read or shown, and may be set when the map is there already, also
 * of one that was found in the kernel. See cleat_map_params().
 */
#define CLEAT_KEY_ANY_TIME (1u << 4)
/*
 * The value names a part of the world that comes and goes, and who watches units (cleat_watch_new()) is
 * woken when it does: interfaces by name, alternative name, number or glob; cgroups by path or glob, also
 * below the mount of cgroup2; programs and libraries, by path or a bare name (keys of CLEAT_TYPE_PATH are
 * watched in any case); processes by id or name; functions of the kernel, which come with modules.
 */
#define CLEAT_KEY_INTERFACE (1u << 5)
#define CLEAT_KEY_CGROUP (1u << 6)
#define CLEAT_KEY_BINARY (1u << 7)
#define CLEAT_KEY_PROCESS (1u << 8)
#define CLEAT_KEY_KERNEL_FUNCTION (1u << 9)
/* Of a program: says where it is attached; the others say how. See CLEAT_PROGRAM_ALONE. */
#define CLEAT_KEY_PLACE (1u << 10)

struct cleat_key {
	const char *name;    /* lower case with dashes */
	const char *help;    /* one line, no full stop */
	const char *preset;  /* the default, or NULL */
	const char *choices; /* CLEAT_TYPE_CHOICE: "native|generic" */
	uint16_t type;
	uint16_t flags;
};

/* Value of a key (its default when not given), or NULL. Lives as long as the params. */
CLEAT_API const char *cleat_param(const struct cleat_params *p, const char *key);
/* True when the key was given, not defaulted. */
CLEAT_API bool cleat_param_given(const struct cleat_params *p, const char *key);
/* A key of type bool; false when it has neither value nor default. */
CLEAT_API bool cleat_param_bool(const struct cleat_params *p, const char *key);
/* A key of type uint, size or duration; 0 when it has neither value nor default. */
CLEAT_API uint64_t cleat_param_uint(const struct cleat_params *p, const char *key);
/* A key of type int; 0 when it has neither value nor default. */
CLEAT_API int64_t cleat_param_int(const struct cleat_params *p, const char *key);
/* How often a repeatable key was given. */
CLEAT_API size_t cleat_param_count(const struct cleat_params *p, const char *key);
/* Its @i-th value, or NULL. */
CLEAT_API const char *cleat_param_nth(const struct cleat_params *p, const char *key, size_t i);
/* Set a key, replacing what was there; for parse_target and expand. Validated. Returns 0 or -errno. */
CLEAT_API int cleat_param_set(struct cleat_params *p, const char *key, const char *value);
/*
 * Report an error in the value of a key, with the file and line it was given at. Returns -@err.
 */
CLEAT_API int cleat_param_error(struct cleat *c, const struct cleat_params *p, const char *key,
				int err, const char *fmt, ...) CLEAT_PRINTF(5, 6);

/* ---- program plugins ----------------------------------------------------------------------- */

/* A section name pattern: "x" exact, "x/" needs text after the slash, "x+" either. */
struct cleat_section {
	const char *pattern;
	uint32_t attach_type; /* expected_attach_type, 0 when there is none */
	uint32_t prog_flags;  /* BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, ... */
	uint32_t flags;	      /* CLEAT_SECTION_* */
	uint32_t program_type; /* BPF_PROG_TYPE_* where it is not the plugin's; 0: the plugin's */
	uint32_t reserved;
};

/* The attach type is left out where the kernel does not know the field (before 4.17). */
#define CLEAT_SECTION_ATTACH_OPTIONAL (1u << 0)
/* There is an attach type, and its number is attach_type even when that is 0. */
#define CLEAT_SECTION_HAS_ATTACH_TYPE (1u << 1)
/* Programs of this section are never attached: they run from a map, say. */
#define CLEAT_SECTION_NO_ATTACH (1u << 2)
/* What stands behind the slash is a name that people give, and means nothing: no parse_target needed. */
#define CLEAT_SECTION_ANY_TEXT (1u << 5)
/* Programs of this section work from a map that refers to them: without one they cannot be loaded. */
#define CLEAT_SECTION_IN_MAP (1u << 4)
/* Programs of this section are attached only where that is asked for: an [attach] section, a call. */
#define CLEAT_SECTION_ON_REQUEST (1u << 3)

/* What BPF_PROG_LOAD gets; 'prepare' has the last word. Strings live until prepare's next call. */
struct cleat_load {
	uint32_t struct_size;
	uint32_t attach_type;
	uint32_t prog_flags;
	uint32_t ifindex;	/* offload, or bound to a device */
	/*
	 * The kernel type or function that the program is attached to, found by the host in the
	 * kernel's BTF, then in all modules', or in the one that is named.
	 */
	const char *btf_name;	/* "bpf_iter_task", "vfs_read"; NULL: none */
	uint32_t btf_kind;	/* CLEAT_BTF_FUNC, CLEAT_BTF_TYPEDEF, CLEAT_BTF_STRUCT */
	uint32_t reserved;
	const char *btf_module; /* "nf_tables"; NULL: any. Without btf_name: the link says the functions */
	int attach_prog_fd; /* to extend or trace: its BTF is searched; the host closes it; -1: none */
	uint32_t btf_id;	/* in place of a name; 0: none */
	/* For messages: what users call such a thing, and the letters of btf_name they never wrote. */
	const char *btf_noun;	/* "tracepoint"; NULL: "function" or "type" */
	uint32_t btf_prefix;	/* length of "btf_trace_" */
	int btf_fd; /* with btf_id: descriptor of the module's BTF that it is of, the
				   host's or the plugin's to close; 0: the kernel's own */
	uint32_t program_type; /* BPF_PROG_TYPE_* where it is not the section's; 0: that */
};

/*
 * How a program would be attached here, and what that depends on. With 'lasts' CLEAT_LASTS_PROCESS a unit
 * can be run, but not applied.
 */
struct cleat_way {
	uint32_t struct_size;
	uint32_t lasts; /* CLEAT_LASTS_* */
	const char *name; /* "link", "netlink", "clsact filter"; the plugin's */
	uint32_t shared; /* 1: others that say so can be at the same place, in spite of CLEAT_PROGRAM_ALONE */
};

#define CLEAT_LASTS_PINNED 0 /* a kernel link: as long as it is pinned, or held */
#define CLEAT_LASTS_KERNEL 1 /* until it is detached: see cleat_attach_stays() */
#define CLEAT_LASTS_PROCESS 2 /* as long as the process that made it */

#define CLEAT_CTX_OF_TARGET "*" /* for ctx_type */

/*
 * Where a program is, by the keys that are marked CLEAT_KEY_PLACE, no other can be: to attach it in another
 * way, what is there has to go first. Not so where 'foresee' says that it shares the place.
 */
#define CLEAT_PROGRAM_ALONE (1u << 0)

struct cleat_program_plugin {
	struct cleat_plugin base;
	const struct cleat_section *sections;
	uint32_t sections_size, sections_count; /* CLEAT_TABLE(sections, array) */
	const struct cleat_key *keys;
	uint32_t keys_size, keys_count;
	uint32_t program_type; /* BPF_PROG_TYPE_* */
	uint32_t reserved;
	/*
	 * What the kernel calls the context: "xdp_md". By that name kernels without "arg:ctx" tags know
	 * it in global functions. CLEAT_CTX_OF_TARGET: that of the program whose place it takes, which a
	 * key of type CLEAT_TYPE_PROGRAM names, or else attach_prog_fd. NULL: it has no name there.
	 */
	const char *ctx_type;

	/* Once, after the plugin was opened. */
	int (*init)(void);

	/* Can this kernel do it: 0, -EOPNOTSUPP (no message needed), or -errno: could not tell. */
	int (*probe)(struct cleat *c);

	/*
	 * Turn the text after the slash of a SEC() name into keys (cleat_param_set()). Called with ""
	 * when there is none. NULL: text is refused unless the pattern was exact.
	 */
	int (*parse_target)(struct cleat *c, struct cleat_params *p,
			    const struct cleat_section *section, const char *text);

	/* Do the keys make sense together. Touches nothing, needs no privilege. */
	int (*check)(struct cleat_program *prog, const struct cleat_params *p);

	/*
	 * One set of keys becomes several targets: call cleat_targets_add() for each. NULL, or none
	 * added: the keys are the target.
	 */
	int (*expand)(struct cleat_program *prog, const struct cleat_params *p,
		      struct cleat_targets *out);

	/*
	 * Last word on the arguments of BPF_PROG_LOAD. @p: what the section name and [program] say.
	 * Called twice: before, to learn what must be looked up in the kernel's BTF, and for the load.
	 */
	int (*prepare)(struct cleat_program *prog, const struct cleat_params *p,
		       struct cleat_load *load);

	/* Make one or more links by cleat_attach_...(). On failure the host undoes those made. */
	int (*attach)(struct cleat_attach *a, const struct cleat_params *p);

	/* Swap the program of a link without a gap. NULL, or -EAGAIN: BPF_LINK_UPDATE. */
	int (*replace)(struct cleat_link *l, struct cleat_program *prog);

	/*
	 * Append what is attached at the target that the keys name, ours or not: facts "program"
	 * (id) and what else is known, in the kernel's order. NULL: cleat_query_links().
	 */
	int (*query)(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out);

	/*
	 * A kernel link of this plugin's, as keys again. @info has @size bytes from the kernel.
	 * Return -ENOENT when the link is of another plugin's.
	 */
	int (*describe)(struct cleat *c, const struct bpf_link_info *info, size_t size,
			struct cleat_facts *out);

	/*
	 * What 'attach' made of these keys in another process, for the very program that
	 * cleat_attach_fd() is, and said to stay (cleat_attach_stays()): if it is there still, make links of it as
	 * 'attach' did, with cleat_attach_undo(), and change nothing. @note: what was said then; "" when that is
	 * lost. Of the program there is the descriptor and its section, and no object. Returns 0, or -ENOENT
	 * without a message: it is not there.
	 */
	int (*find)(struct cleat_attach *a, const struct cleat_params *p, const char *note);

	/* How 'attach' would do it. Touches nothing. NULL: by a kernel link. */
	int (*foresee)(struct cleat_program *prog, const struct cleat_params *p,
		       struct cleat_way *way);

	uint32_t flags; /* CLEAT_PROGRAM_* */
	/* New fields here, at the end, and nowhere else. */
};

/*
 * What is in struct bpf_link_info but not reachable from it: a descriptor of the link that is being
 * described, for plugins that ask again with buffers of their own. -1 outside 'describe'.
 */
CLEAT_API int cleat_describe_fd(struct cleat *c);

/*
 * For 'describe': the name of type @type in the BTF object @btf that the kernel holds (vmlinux, a
 * module: *module is set when not NULL, or the programs of an object), or NULL. Lives as long as
 * the context.
 */
CLEAT_API const char *cleat_describe_btf(struct cleat *c, uint32_t btf, uint32_t type,
					 const char **module);

/* Add a copy of @p to the targets, to be changed with cleat_param_set(). NULL without memory. */
CLEAT_API struct cleat_params *cleat_targets_add(struct cleat_targets *t, const struct cleat_params *p);
/*
 * For 'expand': what a value names is not there now, which the plugin has just reported. Returns @err; or
 * 0, and the report is a note, when units are watched: 'expand' is called again when it may have come.
 */
CLEAT_API int cleat_targets_missing(struct cleat_targets *t, int err);

/*
 * The BTF id of a function of a loaded program by its descriptor, for links to it. Reports. Returns 0,
 * -ESRCH when it has no such function or no BTF, or -errno.
 */
CLEAT_API int cleat_program_function(struct cleat *c, int prog_fd, const char *function,
				     uint32_t *id);

/* The context of an object's program. */
CLEAT_API struct cleat *cleat_program_context(const struct cleat_program *p);
/* The section entry that the program's section name matched. */
CLEAT_API const struct cleat_section *cleat_program_section(const struct cleat_program *p);

/* A text that lives as long as the program's object, for 'prepare'. NULL without memory. */
CLEAT_API const char *cleat_program_keep(struct cleat_program *p, const char *fmt, ...)
	CLEAT_PRINTF(2, 3);

/* The program that is being attached, and its context. */
CLEAT_API struct cleat_program *cleat_attach_program(const struct cleat_attach *a);
/* The context. */
CLEAT_API struct cleat *cleat_attach_context(const struct cleat_attach *a);
/* The descriptor of the program that is being attached. */
CLEAT_API int cleat_attach_fd(const struct cleat_attach *a);

/*
 * Make a kernel link: BPF_LINK_CREATE with what is set in @attr->link_create (the program's
 * descriptor is filled in). @what tells people: "xdp on eth0, native". Returns 0 or -errno WITHOUT
 * a diagnostic: the plugin may fall back, and reports in the end with cleat_error_sys().
 */
CLEAT_API int cleat_attach_link(struct cleat_attach *a, union bpf_attr *attr, const char *fmt, ...)
	CLEAT_PRINTF(3, 4);
/* The same through BPF_RAW_TRACEPOINT_OPEN; @name NULL for programs bound by BTF id. */
CLEAT_API int cleat_attach_raw_tracepoint(struct cleat_attach *a, const char *name, uint64_t cookie,
					  const char *fmt, ...) CLEAT_PRINTF(4, 5);
/*
 * Give a perf event the program: by a perf link (5.15) or, where there is none and @cookie is 0, by
 * ioctl. Takes @perf_fd in any case. Enables the event. No diagnostic, as above.
 */
CLEAT_API int cleat_attach_perf(struct cleat_attach *a, int perf_fd, uint64_t cookie,
				const char *fmt, ...) CLEAT_PRINTF(4, 5);
/* For 'foresee': how cleat_attach_perf() will do it here. */
CLEAT_API void cleat_foresee_perf(struct cleat *c, struct cleat_way *way);
/* The attachment lives as long as this descriptor, which is taken. */
CLEAT_API int cleat_attach_hold(struct cleat_attach *a, int fd, const char *fmt, ...)
	CLEAT_PRINTF(3, 4);
/*
 * The attachment is undone by @undo(@c, @data); @data (of @size bytes, no pointers to what may go)
 * is copied. For ways of attaching without a descriptor: netlink, BPF_PROG_ATTACH, tracefs.
 */
CLEAT_API int cleat_attach_undo(struct cleat_attach *a, int (*undo)(struct cleat *c, const void *data),
				const void *data, size_t size, const char *fmt, ...)
	CLEAT_PRINTF(5, 6);

/*
 * The link made last needs more when it is undone: @undo(@c, @data) runs after its descriptors are
 * closed, and before what was given for the same link earlier. It runs at once when this fails.
 */
CLEAT_API int cleat_attach_after(struct cleat_attach *a,
				 int (*undo)(struct cleat *c, const void *data), const void *data,
				 size_t size);

/*
 * The attachment made last, by cleat_attach_undo(), needs no process: it can be left behind, and 'find' finds
 * it again, from the keys, the program, and what is said here besides. When it is left behind, @leave
 * (or NULL) releases what its @data holds, descriptors, in the place of 'undo'. Returns 0 or -ENOMEM.
 */
CLEAT_API int cleat_attach_stays(struct cleat_attach *a, void (*leave)(const void *data),
				 const char *fmt, ...) CLEAT_PRINTF(3, 4);

/*
 * A 'replace' for hooks that call all programs of theirs, where the kernel cannot swap: attaches @p from
 * the keys that the link was made from, and only then lets go of the old program. For a moment both are
 * called. Links that were made together are replaced together; pins stay. Reports.
 */
CLEAT_API int cleat_link_attach_again(struct cleat_link *l, struct cleat_program *p);
/* The link made last in this attach, or NULL; to pin it, say. */
CLEAT_API struct cleat_link *cleat_attach_last(const struct cleat_attach *a);
/*
 * For 'replace': the copy of the data that cleat_attach_undo() was given, to be changed when the
 * program was; NULL for kernel links and descriptors that are held.
 */
CLEAT_API void *cleat_link_undo_data(const struct cleat_link *l);

/* ---- map plugins --------------------------------------------------------------------------- */

struct cleat_map_type {
	uint32_t type;	  /* BPF_MAP_TYPE_* */
	uint32_t flags;	  /* CLEAT_MAP_* */
	const char *name; /* the kernel's in lower case, "lru_hash" */
};

#define CLEAT_MAP_PER_CPU (1u << 0)   /* a value for each possible CPU */
#define CLEAT_MAP_NO_BTF (1u << 1)    /* the kernel refuses BTF ids of key and value */
#define CLEAT_MAP_NO_KEY (1u << 2)    /* key size 0: queues, rings */
#define CLEAT_MAP_INDEX (1u << 3)     /* keys are 0 ... max_entries-1 and always there: arrays */
#define CLEAT_MAP_DATA (1u << 4)      /* can hold global variables: one value, mappable */
#define CLEAT_MAP_NO_ITERATE (1u << 5) /* has no keys to walk */
#define CLEAT_MAP_FD_VALUE (1u << 6)  /* values are descriptors going in and ids coming out */
#define CLEAT_MAP_BATCH (1u << 7)     /* batches miss and repeat nothing while the map changes */
#define CLEAT_MAP_TEMPLATE (1u << 8)  /* values are maps: made with a template of them */

/* What BPF_MAP_CREATE gets; 'prepare' has the last word. */
struct cleat_map_attr {
	uint32_t struct_size;
	uint32_t type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t flags;
	uint64_t extra;
	uint32_t numa_node;
	int inner_map_fd;   /* -1: none */
	bool no_btf;	    /* leave the BTF ids of key and value out */
	bool typed;	    /* the object says the types of key and value */
	bool templated;	    /* the object says what the maps in this map are like */
	/*
	 * The value is of this type in the kernel's BTF (btf_vmlinux_value_type_id), or in that of
	 * the module whose descriptor is value_btf_fd. 0: of none; the descriptor stays the host's.
	 */
	uint32_t value_type;
	int value_btf_fd; /* 0: the kernel's own */
	uint32_t optional_flags; /* of 'flags': left out where the kernel takes the map without only */
	uint32_t ifindex; /* network device that has the map in its memory; 0: none */
};

struct cleat_map_plugin {
	struct cleat_plugin base;
	const struct cleat_map_type *types;
	uint32_t types_size, types_count; /* CLEAT_TABLE(types, array) */
	const struct cleat_key *keys;
	uint32_t keys_size, keys_count;

	/* Once, after the plugin was opened. */
	int (*init)(void);

	/* Can this kernel do @type: 0, -EOPNOTSUPP, or -errno: could not tell. NULL: by trying. */
	int (*probe)(struct cleat *c, uint32_t type);

	/* Do sizes and keys make sense. Touches nothing. */
	int (*check)(struct cleat_map *m, const struct cleat_params *p,
		     const struct cleat_map_attr *attr);

	/* Last word on the arguments of BPF_MAP_CREATE: round sizes, default max_entries, flags. */
	int (*prepare)(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr);

	/*
	 * May an existing (pinned) map serve in place of a new one: 0, or -errno after saying why not.
	 * NULL: type, sizes, max_entries and flags must be equal.
	 */
	int (*adopt)(struct cleat_map *m, const struct cleat_map_attr *want,
		     const struct cleat_map_attr *have);

	/* Put in contents that need descriptors, after all programs are loaded. */
	int (*fill)(struct cleat_map *m, const struct cleat_params *p);

	/* Operations; NULL: the generic ones. Same meaning as cleat_map_lookup() and so on. */
	int (*lookup)(struct cleat_map *m, const void *key, void *value, uint64_t flags);
	int (*update)(struct cleat_map *m, const void *key, const void *value, uint64_t flags);
	int (*erase)(struct cleat_map *m, const void *key);

	/*
	 * Keys and values as text where BTF alone does not say enough; @which is CLEAT_KEY or
	 * CLEAT_VALUE. -EAGAIN: let the host do it by BTF.
	 */
	int (*parse)(struct cleat_map *m, int which, const char *text, void *data, size_t size);
	int (*format)(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		      struct cleat_text *out);

	/*
	 * Records: reader_open makes the descriptor (cleat_reader_set_fd()) and keeps its state with
	 * cleat_reader_set_data(); reader_drain hands out all that is there with cleat_reader_emit()
	 * and returns their number, or what emit returned when that is not 0; reader_close releases.
	 */
	int (*reader_open)(struct cleat_map *m, const struct cleat_params *p, struct cleat_reader *r);
	int (*reader_drain)(struct cleat_reader *r);
	void (*reader_close)(struct cleat_reader *r);

	/*
	 * Maps without keys, see cleat_map_push(). NULL: the kernel's operations, an update and a
	 * look-up (and delete) without key.
	 */
	int (*push)(struct cleat_map *m, const void *value, uint64_t flags);
	int (*pop)(struct cleat_map *m, void *value);
	/* A record for programs, see cleat_map_write(). NULL: the map takes none. */
	int (*write)(struct cleat_map *m, const void *data, size_t bytes);

	/*
	 * Read a section that the descriptor claims: make maps of its variables with
	 * cleat_claim_variable(), or say whose memory they are in with cleat_claim_memory(). Once, when
	 * an object is opened: needs no privilege.
	 */
	int (*claim)(struct cleat_claim *cl);
	/*
	 * The map is there, new or (@adopted) from before: put its section's variables into its
	 * memory, see cleat_map_share().
	 */
	int (*place)(struct cleat_map *m, const struct cleat_params *p, bool adopted);
	/*
	 * A program whose address is in slot @slot of the map is about to be loaded: last word after
	 * its own plugin's 'prepare'. Called as often as that. Maps of cleat_claim_variable() only.
	 */
	int (*slot)(struct cleat_map *m, uint32_t slot, struct cleat_program *prog,
		    struct cleat_load *load);
	/*
	 * Make a link (one) of the map itself, after its programs were loaded and 'fill' was called.
	 * Maps of cleat_claim_variable() are attached with their object's programs.
	 */
	int (*attach)(struct cleat_attach *a, const struct cleat_params *p);
	/*
	 * Make the map that an indirect jump of a program takes its targets from: entry i leads to
	 * instruction to[i]. Returns its descriptor, which the host closes when the program is loaded,
	 * or -errno, reported. Of the plugin whose descriptor says 'role = jump-tables'.
	 */
	int (*jump_table)(struct cleat *c, const char *name, const uint32_t *to, uint32_t n);
	/*
	 * Records for programs that are written in place, see cleat_writer_reserve(): all four, or none.
	 * writer_open makes the descriptor (cleat_writer_set_fd()) and keeps its state with
	 * cleat_writer_set_data(); writer_reserve says no more than -ENOSPC, -E2BIG or -EINVAL;
	 * writer_close ends what was reserved.
	 */
	int (*writer_open)(struct cleat_map *m, struct cleat_writer *w);
	int (*writer_reserve)(struct cleat_writer *w, size_t bytes, void **data);
	void (*writer_end)(struct cleat_writer *w, void *data, bool discard);
	void (*writer_close)(struct cleat_writer *w);
	/* New fields here, at the end, and nowhere else. */
};

/* ---- sections of map plugins ---- */

/* A variable of a section. */
struct cleat_claim_variable {
	uint32_t struct_size;
	uint32_t reserved;
	const char *name;
	uint64_t offset; /* in the section */
	uint64_t bytes;
	struct cleat_type type;
};

/* The context. */
CLEAT_API struct cleat *cleat_claim_context(const struct cleat_claim *cl);
/* The section's name, without a leading '?', which is the host's to understand: see cleat_claim_variable(). */
CLEAT_API const char *cleat_claim_section(const struct cleat_claim *cl);
/*
 * The @i-th variable of the section. Returns 0, -ENOENT past the end or when the object does not say
 * its variables' types, or -EINVAL, reported.
 */
CLEAT_API int cleat_claim_variable_at(const struct cleat_claim *cl, size_t i,
				      struct cleat_claim_variable *v);
/*
 * Make a map of the variable, with its name, of type, key size, max_entries and flags in @attr, and the
 * variable's bytes as its contents; the programs that they refer to are its slots, by the byte they
 * are at (cleat_map_slot_at()). A '?' in front of the section's name: the map is made only when the
 * user asks for it ("create").
 */
CLEAT_API int cleat_claim_variable(struct cleat_claim *cl, const struct cleat_claim_variable *v,
				   const struct cleat_map_attr *attr);
/*
 * The section's variables are in the memory of the object's one map of type @type: programs refer to
 * them by its descriptor and an offset. Reports when there is none, or are several.
 */
CLEAT_API int cleat_claim_memory(struct cleat_claim *cl, uint32_t type);

/*
 * What the object says the map holds in the beginning (cleat_claim_variable(), cleat_claim_memory()),
 * with what was set since; NULL when it says nothing. Slots are zero.
 */
CLEAT_API const void *cleat_map_contents(const struct cleat_map *m, size_t *bytes);
/* The same to change, before the map is created. */
CLEAT_API void *cleat_map_edit(struct cleat_map *m, size_t *bytes);
/* The type of a variable that was made a map. Returns 0 or -ENODATA. */
CLEAT_API int cleat_map_type(const struct cleat_map *m, struct cleat_type *t);
/*
 * For 'place': the map's memory is mapped here, and the section's variables begin @base bytes into it.
 * Taken by the host, which unmaps it with the map.
 */
CLEAT_API int cleat_map_share(struct cleat_map *m, void *memory, size_t bytes, uint64_t base);
/* The map that is being attached, or NULL: a program is. */
CLEAT_API struct cleat_map *cleat_attach_map(const struct cleat_attach *a);

/* The context of a map. */
CLEAT_API struct cleat *cleat_map_context(const struct cleat_map *m);
/* The keys that were set of the map, for callbacks that are not given them; NULL: none were. */
CLEAT_API const struct cleat_params *cleat_map_params(const struct cleat_map *m);

/* A member of the struct that a map's key or value is. */
struct cleat_map_member {
	uint32_t struct_size;
	uint32_t offset; /* in bytes */
	uint32_t bytes;	 /* 0: an array without length */
	const char *name;
};
/*
 * The @i-th member by BTF; @which is CLEAT_KEY or CLEAT_VALUE. Returns 0, -ENOENT past the end, or
 * -ENODATA when the type is not known or no struct.
 */
CLEAT_API int cleat_map_member_at(struct cleat_map *m, int which, size_t i,
				  struct cleat_map_member *member);

/* A slot that the object itself fills (tail calls, inner maps): for 'fill'. */
struct cleat_map_slot {
	uint32_t struct_size;
	uint32_t index;
	int fd;		  /* of the program or map; -1: that program was not loaded */
	const char *name; /* of it */
};
/* The @i-th slot. Returns 0, or -ENOENT past the end. */
CLEAT_API int cleat_map_slot_at(const struct cleat_map *m, size_t i, struct cleat_map_slot *slot);

/*
 * For 'adopt': are sizes, max_entries and flags equal, said with every difference when not. For
 * plugins whose maps the kernel changes: bring @want and @have (copies) into one form first.
 */
CLEAT_API int cleat_map_fits(struct cleat_map *m, const struct cleat_map_attr *want,
			     const struct cleat_map_attr *have);

/* The generic operations, for plugins that add to them. No diagnostics. */
CLEAT_API int cleat_map_raw_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags);
/* See cleat_map_raw_lookup(). */
CLEAT_API int cleat_map_raw_update(struct cleat_map *m, const void *key, const void *value,
				   uint64_t flags);
/* See cleat_map_raw_lookup(). */
CLEAT_API int cleat_map_raw_delete(struct cleat_map *m, const void *key);

/*
 * For 'parse': a descriptor that the text opened, taken by the map; @which is CLEAT_KEY or
 * CLEAT_VALUE. It is closed when the next such text is parsed, or with the map's handle.
 */
CLEAT_API void cleat_map_keep_fd(struct cleat_map *m, int which, int fd);

/* For reader_open: the descriptor to wait on; taken by the reader. */
CLEAT_API void cleat_reader_set_fd(struct cleat_reader *r, int fd);
/* The plugin's own state of a reader. */
CLEAT_API void cleat_reader_set_data(struct cleat_reader *r, void *data);
/* The same. */
CLEAT_API void *cleat_reader_data(const struct cleat_reader *r);
/* The map that a reader reads. */
CLEAT_API struct cleat_map *cleat_reader_map(const struct cleat_reader *r);
/*
 * How every reader begins, for cleat_reader_emit() alone: what is done for each of millions of
 * records is done in the plugin. Frozen for ever; records grow at their end.
 */
struct cleat_reader_head {
	cleat_record_fn *fn;
	void *user;
	struct cleat_record *record;
	bool told; /* there is something to do after it */
};

/* The rest of cleat_reader_emit(), when there is one. */
CLEAT_API void cleat_reader_emitted(struct cleat_reader *r, int ret);

/* Hand out a record. Returns what the user's function returned. */
static inline int cleat_reader_emit(struct cleat_reader *r, const void *data, size_t bytes, int cpu)
{
	struct cleat_reader_head *head = (struct cleat_reader_head *)r;
	struct cleat_record *record = head->record;
	int ret;

	record->data = data;
	record->bytes = bytes;
	record->cpu = cpu;
	ret = head->fn(head->user, record);
	if (ret || head->told)
		cleat_reader_emitted(r, ret);
	return ret;
}

/*
 * For the loop of a drain whose records are all of one CPU (-1: unknown): what stays the same from one
 * to the next, in a copy that the compiler can keep in registers.
 */
static inline struct cleat_reader_head cleat_reader_begin(struct cleat_reader *r, int cpu)
{
	struct cleat_reader_head *head = (struct cleat_reader_head *)r;

	head->record->cpu = cpu;
	return *head;
}

/* cleat_reader_emit() with the copy of cleat_reader_begin(). */
static inline int cleat_reader_next(struct cleat_reader *r, const struct cleat_reader_head *copy,
				    const void *data, size_t bytes)
{
	int ret;

	copy->record->data = data;
	copy->record->bytes = bytes;
	ret = copy->fn(copy->user, copy->record);
	if (__builtin_expect(ret || ((const struct cleat_reader_head *)r)->told, 0))
		cleat_reader_emitted(r, ret);
	return ret;
}

/* Say that @n records were lost; goes out with the next record, or alone at the end of the drain. */
CLEAT_API void cleat_reader_lost(struct cleat_reader *r, uint64_t n, int cpu);
/* The same where the number is not known: bytes of records that were overwritten unread. */
CLEAT_API void cleat_reader_overwritten(struct cleat_reader *r, uint64_t bytes);

/* For writer_open: the descriptor that becomes readable when there is room; taken by the writer. */
CLEAT_API void cleat_writer_set_fd(struct cleat_writer *w, int fd);
/* The plugin's own state of a writer. */
CLEAT_API void cleat_writer_set_data(struct cleat_writer *w, void *data);
/* The same. */
CLEAT_API void *cleat_writer_data(const struct cleat_writer *w);

/* ---- output plugins ------------------------------------------------------------------------ */

/* Records that were dropped since it was told last. */
struct cleat_drops {
	uint32_t struct_size;
	uint32_t reserved;
	uint64_t limited; /* over the rate that the user set */
	uint64_t failed;  /* could not be written */
};

struct cleat_output_plugin {
	struct cleat_plugin base;
	const struct cleat_key *keys;
	uint32_t keys_size, keys_count;

	/* Once, after the plugin was opened. */
	int (*init)(void);
	/* Do the keys make sense. Touches nothing. */
	int (*check)(struct cleat *c, const struct cleat_params *p);
	/* Begin; keep state with cleat_output_set_data(). */
	int (*open)(struct cleat_output *o, const struct cleat_params *p);
	/* One record, or lost ones. */
	int (*record)(struct cleat_output *o, const struct cleat_record *r);
	/* All records of a dispatch were handed out: write what is buffered. */
	int (*flush)(struct cleat_output *o);
	/* End. */
	void (*close)(struct cleat_output *o);
	/*
	 * Tell readers of records which were dropped: called now and then, and at the end. Gathered
	 * like a record. NULL: they learn of it from the totals only.
	 */
	int (*dropped)(struct cleat_output *o, const struct cleat_drops *d);
	/*
	 * What is written to was moved away: write what is buffered there, and begin anew under its
	 * name; on failure go on as before. NULL: there is nothing to open.
	 */
	int (*reopen)(struct cleat_output *o);
	/* New fields here, at the end, and nowhere else. */
};

/* The context of an output. */
CLEAT_API struct cleat *cleat_output_context(const struct cleat_output *o);
/* The plugin's own state of an output. */
CLEAT_API void cleat_output_set_data(struct cleat_output *o, void *data);
/* The same. */
CLEAT_API void *cleat_output_data(const struct cleat_output *o);
/* Name of the unit, and the label of the [output] section. */
CLEAT_API const char *cleat_output_unit(const struct cleat_output *o);
/* The label of the [output] section. */
CLEAT_API const char *cleat_output_label(const struct cleat_output *o);

/*
 * Say that @n records could not be written; record, flush or dropped then return why, after
 * reporting. A 'record' that fails without is counted as one; with @n 0 it is not.
 */
CLEAT_API void cleat_output_failed(struct cleat_output *o, uint64_t n);

#ifdef __cplusplus
}
#endif

#endif
