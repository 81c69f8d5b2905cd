/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plugin-host.h - what plugins of any kind may ask of the host: messages, and the system. Part of
 * <cleat/plugin.h>, which includes it.
 */
#ifndef CLEAT_PLUGIN_HOST_H
#define CLEAT_PLUGIN_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_facts;
struct cleat_params;
union bpf_attr;

/* ---- messages ------------------------------------------------------------------------------ */

/* Report an error; lower case, no full stop, names in single quotes. Returns -@err (either sign). */
CLEAT_API int cleat_error(struct cleat *c, int err, const char *fmt, ...) CLEAT_PRINTF(3, 4);
/* The same with ": " and the kernel's reason at the end. */
CLEAT_API int cleat_error_sys(struct cleat *c, int err, const char *fmt, ...) CLEAT_PRINTF(3, 4);
/* What to do about the error reported last; one line. */
CLEAT_API void cleat_hint(struct cleat *c, const char *fmt, ...) CLEAT_PRINTF(2, 3);
/* A warning. */
CLEAT_API void cleat_warning(struct cleat *c, const char *fmt, ...) CLEAT_PRINTF(2, 3);
/* Hint the candidate nearest to @name, when one is near. */
CLEAT_API void cleat_hint_nearest(struct cleat *c, const char *name, const char *const *candidates,
				  size_t n);

/* ---- links of the kernel ------------------------------------------------------------------- */

/*
 * For 'query': append the kernel's links that the plugin's own 'describe' knows and that are meant, with
 * fact "link" (id) at their end. @is_meant judges by what 'describe' has said; NULL:
 * cleat_query_agrees(). Reports. Returns 0 or -errno.
 */
CLEAT_API int cleat_query_links(struct cleat *c, const struct cleat_params *p,
				bool (*is_meant)(void *user, const struct cleat_facts *facts),
				void *user, struct cleat_facts *out);
/*
 * Do facts in the words of 'describe' agree with the keys that were given: of each, one of its values is
 * there, or a pattern that matches what is there.
 */
CLEAT_API bool cleat_query_agrees(const struct cleat_params *p, const struct cleat_facts *facts);

/* ---- the system, for plugins --------------------------------------------------------------- */

/* bpf(2) itself. @size: how much of @attr counts. Returns the result or -errno, no diagnostic. */
CLEAT_API int cleat_sys_bpf(int command, union bpf_attr *attr, size_t size);
struct perf_event_attr;
/* perf_event_open(2), close-on-exec. @pid, @cpu: -1 any. Returns a descriptor or -errno. */
CLEAT_API int cleat_sys_perf_open(struct perf_event_attr *attr, int pid, int cpu,
				  unsigned long flags);
/* Number of a dynamic PMU ("kprobe", "uprobe"), or -ENOENT when the kernel has none. */
CLEAT_API int cleat_pmu_type(const char *name);
/* Bit of a PMU's format field ("retprobe"), or -ENOENT. */
CLEAT_API int cleat_pmu_format_bit(const char *pmu, const char *field);
/* Where tracefs is mounted, with a diagnostic when it is not; lives as long as the context. */
CLEAT_API const char *cleat_tracefs(struct cleat *c);
/* Where cgroup2 is mounted; likewise. */
CLEAT_API const char *cleat_cgroupfs(struct cleat *c);
/* Number of possible CPUs. */
CLEAT_API int cleat_possible_cpus(struct cleat *c);
/* Is CPU number @cpu online. */
CLEAT_API bool cleat_cpu_online(int cpu);

#ifdef __cplusplus
}
#endif

#endif
