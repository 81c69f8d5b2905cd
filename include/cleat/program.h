/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * program.h - one BPF program: its type, its load, its attachments.
 */
#ifndef CLEAT_PROGRAM_H
#define CLEAT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_link;
struct cleat_object;
struct cleat_program;

/* What is known of a program. Strings live as long as the object. */
struct cleat_program_info {
	size_t size;
	const char *name;
	const char *section;	 /* as in the file, without a leading '?' */
	const char *plugin;	 /* NULL: no plugin takes this section */
	const char *type;	 /* the kernel's name in lower case: "sched_cls"; NULL unknown */
	const char *attach_type; /* likewise: "tcx_ingress"; NULL: none expected */
	uint32_t type_number;
	uint32_t attach_type_number;
	bool sleepable;
	bool autoload;
	bool required;
	bool loaded;
	size_t insns;		/* in the file */
	/* after load */
	uint32_t id;
	uint8_t tag[8];		/* the kernel's hash of the instructions */
	size_t loaded_insns;	/* as handed to the kernel, subprograms included */
	uint64_t verified_insns; /* processed by the verifier (kernel 5.16, or with a log) */
	uint64_t states; /* with a log (log_level of the context) */
	uint64_t load_ns; /* wall time of the system call that loaded it */
	const char *left_out; /* why the load or the attach went on without it; NULL */
	const char *fallback; /* see cleat_program_set_fallback(); NULL */
	/* from the file */
	const char *context; /* the struct that its parameter points to: "xdp_md"; NULL: not said */
	bool called; /* by others of the object: without a plugin, it is only a part of them */
};

/* Fill *info (its 'size' set by the caller). Returns 0 or -EINVAL. */
CLEAT_API int cleat_program_info(const struct cleat_program *p, struct cleat_program_info *info);
/* The function's name. */
CLEAT_API const char *cleat_program_name(const struct cleat_program *p);
/* The object that it came from. */
CLEAT_API struct cleat_object *cleat_program_object(const struct cleat_program *p);

/* Load it or not with the object; the default is yes but for sections that begin with '?'. */
CLEAT_API int cleat_program_set_autoload(struct cleat_program *p, bool yes);
/* A program that is not required may fail to load: a warning is left and the rest goes on. */
CLEAT_API int cleat_program_set_required(struct cleat_program *p, bool yes);
/*
 * One of several alternatives: @other, of the same object, is loaded only when @p does not load, and
 * takes its place when a unit does not get @p attached. It may have a fallback of its own. Whether
 * the object fails when none of them loads, @p's cleat_program_set_required() says. NULL: none.
 * Errors: -EINVAL of another object, -EBUSY @other is the fallback of another program, -ELOOP.
 */
CLEAT_API int cleat_program_set_fallback(struct cleat_program *p, struct cleat_program *other);
/*
 * Give a program the plugin whose pattern matches this section name, instead of the one its own
 * section names. Before load only. Errors: -ENOENT with the nearest pattern.
 */
CLEAT_API int cleat_program_set_section(struct cleat_program *p, const char *section);
/*
 * Set a key of the program's plugin that matters before load (the target of an fentry program, say).
 * Keys of the plugin only; what the section name says is already set and is replaced.
 */
CLEAT_API int cleat_program_set_param(struct cleat_program *p, const char *key, const char *value);

/* Load this program alone (maps of the object are created when they are not yet). */
CLEAT_API int cleat_program_load(struct cleat_program *p);
/* Close the program again; its links stay. */
CLEAT_API void cleat_program_unload(struct cleat_program *p);
/* The descriptor, or -1 before load; stays the program's. */
CLEAT_API int cleat_program_fd(const struct cleat_program *p);
/* The verifier's log of the last load, or NULL (see log_level in struct cleat_options). */
CLEAT_API const char *cleat_program_log(const struct cleat_program *p);
/*
 * Have the verifier's log of each load written into @buffer of @bytes, too, which must stay until the
 * object is closed, or NULL and 0 are set. @level is for this program what log_level in struct
 * cleat_options is for all; at 0 there is a log when the kernel refuses the program, and else "". Of a
 * log that is too long there is the end: it is no reason to fail.
 * Errors: -EINVAL for bytes of no buffer.
 */
CLEAT_API int cleat_program_set_log(struct cleat_program *p, char *buffer, size_t bytes,
				    unsigned int level);

/*
 * Attach a loaded program. @params is NULL or an array of "key=value" that ends with NULL: the keys
 * are the plugin's, as in a unit file's [attach] section; they stand above what the section name
 * says. One call may make several links (interface=eth*): *out, when not NULL, gets the first,
 * cleat_link_next() leads to the others. On failure nothing stays attached.
 */
CLEAT_API int cleat_program_attach(struct cleat_program *p, const char *const *params,
				   struct cleat_link **out);

/* One run of a program without its hook: what goes in, and what comes out. */
struct cleat_run {
	size_t size;
	const void *data; /* the packet, for programs that look at one; at least 14 bytes */
	size_t data_bytes;
	void *ctx; /* the context, for types whose context a caller may give; some change it here */
	size_t ctx_bytes;
	void *data_out; /* room for the packet as the program left it, or NULL */
	size_t data_out_size;
	void *ctx_out; /* room for the context as the program left it, or NULL */
	size_t ctx_out_size;
	uint32_t repeat; /* 0: once */
	uint32_t flags; /* BPF_F_TEST_RUN_ON_CPU and the like */
	uint32_t cpu; /* for BPF_F_TEST_RUN_ON_CPU */
	uint32_t batch; /* for BPF_F_TEST_XDP_LIVE_FRAMES */
	/* filled in */
	uint32_t retval;
	uint32_t duration_ns; /* of one run, on average; 0 where the kernel does not measure */
	size_t data_out_bytes;
	size_t ctx_out_bytes;
};

/*
 * Run a loaded program by BPF_PROG_TEST_RUN (kernel 4.12; contexts 5.2). Which types can be run, and
 * whether they want data, a context or both, is the kernel's to say: -ENOTSUPP or -EINVAL with what
 * was missing, -ENOSPC when the packet does not fit into @run->data_out (data_out_bytes says what
 * it needs). @run's 'size' is set by the caller.
 */
CLEAT_API int cleat_program_run(struct cleat_program *p, struct cleat_run *run);
/* The same for a program in the kernel: an id ("17") or a pinned path. */
CLEAT_API int cleat_kernel_run(struct cleat *c, const char *what, struct cleat_run *run);

#ifdef __cplusplus
}
#endif

#endif
