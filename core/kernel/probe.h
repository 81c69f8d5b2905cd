/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * probe.h - what this kernel can do, found out by trying.
 *
 * An answer is yes, no or could not tell; only yes and no are cached (in the struct, never
 * globally). Nothing is probed before somebody asks.
 */
#ifndef KERNEL_PROBE_H
#define KERNEL_PROBE_H

#include "base/base.h"

enum probe_answer {
	PROBE_NO = 0,
	PROBE_YES = 1,
	PROBE_UNKNOWN = -1,
};

enum probe_feature {
	PROBE_PROG_NAME,
	PROBE_GLOBAL_DATA,
	PROBE_BTF,
	PROBE_BTF_FUNC,
	PROBE_BTF_GLOBAL_FUNC,
	PROBE_BTF_DATASEC,
	PROBE_BTF_QMARK,
	PROBE_BTF_FLOAT,
	PROBE_BTF_DECL_TAG,
	PROBE_BTF_TYPE_TAG,
	PROBE_BTF_ATTRIBUTE, /* tags of types that stand for attributes */
	PROBE_BTF_ENUM64,
	PROBE_ARRAY_MMAP,
	PROBE_EXPECTED_ATTACH_TYPE,
	PROBE_READ_KERNEL, /* bpf_probe_read_kernel() */
	PROBE_BIND_MAP,
	PROBE_MODULE_BTF,
	PROBE_PERF_LINK,
	PROBE_COOKIE, /* bpf_get_attach_cookie() */
	PROBE_MEMCG, /* memory is not counted in RLIMIT_MEMLOCK */
	PROBE_ARG_CTX, /* decl_tag "arg:ctx" of global functions' arguments, "arg:nonnull" */
	PROBE_ARG_TRUSTED, /* "arg:trusted", "arg:nullable" */
	PROBE_ARG_ARENA,
	PROBE_ARG_UNTRUSTED,
	PROBE_UPROBE_MULTI,
	PROBE_SYSCALL_WRAPPER,
	PROBE_BATCH,
	PROBE_LOG_END,		/* of a log that is too long the end is kept */
	PROBE_TOKEN,		/* BPF_TOKEN_CREATE */
	PROBE_FEATURES,
};

struct prober;
struct prober *prober_new(void);
void prober_free(struct prober *p);
enum probe_answer probe(struct prober *p, enum probe_feature f);
const char *probe_name(enum probe_feature f);

/*
 * Can this kernel load programs of @type (with @attach_type, or with what the type needs when that
 * is 0), create maps of @type.
 */
enum probe_answer probe_program_type(struct prober *p, uint32_t type, uint32_t attach_type);
enum probe_answer probe_map_type(struct prober *p, uint32_t type);
/* The same with BPF_PROG_LOAD's @flags, BPF_F_SLEEPABLE and the like. */
enum probe_answer probe_program_flags(struct prober *p, uint32_t type, uint32_t attach_type,
				      uint32_t flags);

/* Can programs be attached with @attach_type, by links of @type. Nothing is attached. */
enum probe_answer probe_attach_type(struct prober *p, uint32_t attach_type);
enum probe_answer probe_link_type(struct prober *p, uint32_t type);

/* Has the kernel no helper of that number, for whatever type. One program tells it. */
bool probe_no_such_helper(uint32_t helper);

/* May programs of @program_type call @helper. Not cached: nobody asks twice. */
enum probe_answer probe_helper(struct prober *p, uint32_t program_type, uint32_t helper);

/*
 * Some types are bound to what the kernel's BTF names, which this folder cannot read: @find returns
 * the id of a function or typedef, or 0. Without it they cannot be told.
 */
void prober_find_btf(struct prober *p, uint32_t (*find)(void *user, const char *name), void *user);

/* The -errno with which this process is refused every try, or 0. */
int probe_refusal(void);

/* Capabilities that it takes to load programs of @type, create maps of @type, as CAP_BIT() has them. */
uint64_t program_type_caps(uint32_t type);
uint64_t map_type_caps(uint32_t type);

#endif
