/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * features.h - what the running kernel can do, found out by trying, and what plugins make of it.
 */
#ifndef CLEAT_FEATURES_H
#define CLEAT_FEATURES_H

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_facts;

/* What can be asked for. */
#define CLEAT_FEATURES_KERNEL \
	0 /* "btf-enum64", "map-batch": as in a unit's condition = feature:NAME */
#define CLEAT_FEATURES_PROGRAMS 1 /* program types: "sched_cls" */
#define CLEAT_FEATURES_ATTACH 2 /* attach types: "tcx_ingress" */
#define CLEAT_FEATURES_LINKS 3 /* link types: "cgroup" */
#define CLEAT_FEATURES_MAPS 4 /* map types: "lru_hash" */
#define CLEAT_FEATURES_HELPERS 5 /* helpers, without "bpf_": of programs of type @of, or of any */
#define CLEAT_FEATURES_PLUGINS 6 /* program and map plugins: can this kernel do what they are for */
#define CLEAT_FEATURES_SECTIONS \
	7 /* patterns of section names that program plugins take, or plugin @of */

/*
 * Append a fact for each thing of kind @what (CLEAT_FEATURES_*): its name, and "yes", "no" or
 * "unknown". Each is found out by the smallest thing that needs it, never from a version; nothing is
 * attached, nothing stays. What could not be told is unknown, and a warning says why: mostly it takes
 * CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, or root. @of: see above; NULL otherwise.
 * Returns 0, -EINVAL, -ENOENT for a program type or plugin that is not there (reported), or -ENOMEM.
 */
CLEAT_API int cleat_features(struct cleat *c, int what, const char *of, struct cleat_facts *out);

#ifdef __cplusplus
}
#endif

#endif
