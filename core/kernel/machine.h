/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * machine.h - facts about the running system: CPUs, kernel version, mounts, capabilities.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include "base/report.h"
#include "base/text.h"

/* From sysfs, of any length. Number of possible CPUs (what per-CPU values need), or -errno. */
int machine_possible_cpus(void);
/* Online CPUs' numbers; the caller frees. */
int machine_online_cpus(int **cpus, size_t *n);
/* As LINUX_VERSION_CODE; Debian's and Ubuntu's real version where uname hides it. */
uint32_t machine_kernel_version(void);
/* uname -r; static for the process. */
int machine_release(char *text, size_t size);
/* The @i-th place where this kernel may lie with its debugging information; NULL: no more. The caller frees. */
char *machine_vmlinux_path(size_t i);

/*
 * Where a file system is mounted: "tracefs" (or debugfs/tracing), "cgroup2", "bpf". The caller
 * frees.
 */
int machine_mount_point(const char *fstype, char **path);
/* True when @path lies on a BPF file system. */
bool machine_is_bpffs(const char *path);

/*
 * Names of the capabilities in the mask that this process lacks, comma separated; "" when it has
 * all. CAP_SYS_ADMIN counts as CAP_BPF and CAP_PERFMON too, as it does for the kernel.
 */
char *machine_missing_caps(uint64_t mask);
#define CAP_BIT(cap) (1ull << (cap))

/* Capabilities in other user namespaces do not count for bpf(2), except with a token. */
bool machine_in_first_user_namespace(void);

/* Raise RLIMIT_MEMLOCK as far as allowed: kernels before 5.11 count BPF memory there. */
int machine_raise_memlock(void);

/* The parsers behind them, for text from elsewhere (and for tests). */
int machine_parse_cpus(const char *text, int **cpus, size_t *n);
uint32_t machine_parse_version(const char *s);
char *machine_parse_mounts(char *text, const char *fstype, const char *usual);

/* No name of ours on a BPF file system begins with it: what does is half made. */
#define PIN_TEMPORARY '+'
/* A name as one on a BPF file system, which takes no dots: ".bss" -> "%2ebss". */
void pin_put_name(struct buf *b, const char *name);

#endif
