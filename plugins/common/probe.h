/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * probe.h - opens a dynamic probe (kprobe or uprobe) as a perf event and gives it the program: through
 * the probe's own PMU, or on kernels and configurations without it, through a tracefs event that
 * is removed again when the link is undone.
 */
#ifndef COMMON_PROBE_H
#define COMMON_PROBE_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

struct probe {
	const char *pmu;	/* "kprobe", "uprobe" */
	bool at_return;
	const char *target;	/* symbol of a kprobe (or NULL: an address), path of a uprobe */
	uint64_t offset;	/* from the symbol, in the file, or the address */
	uint64_t semaphore;	/* file offset of a reference counter of a uprobe; 0: none */
	int pid;		/* -1: any process */
	uint64_t cookie;
	const char *via;	/* "auto", "perf", "tracefs" */
	const char *what;	/* for people */
	bool said;		/* out: there is a diagnostic already */
};

/* Returns 0, or -errno without a diagnostic unless p->said. */
int probe_attach(struct cleat_attach *a, struct probe *p);

/*
 * A probe at each of @n: @attach puts in number @i, returns 0 or -errno, and says in *skip whether what
 * failed may be left out. That is done with a warning, which calls them @what ("functions"), as long as one
 * is left; else the last failure is returned.
 */
int probe_attach_each(struct cleat_attach *a, size_t n, const char *what,
		      int (*attach)(void *user, size_t i, bool *skip), void *user);

/*
 * A program that does nothing, to try with what the kernel attaches it to; @attach_type may be 0.
 * Returns its descriptor, or -errno.
 */
int probe_nothing(uint32_t attach_type);

/* For a plugin's 'probe': are there such probes in this kernel? 0 or -EOPNOTSUPP. */
int probe_possible(const char *pmu);

/* The key that chooses, for key tables. */
#define PROBE_KEY_VIA                                                                     \
	{                                                                                 \
		.name = "via", .type = CLEAT_TYPE_CHOICE, .choices = "auto|perf|tracefs", \
		.preset = "auto",                                                         \
		.help = "how to open the probe: its perf event, or tracefs for old kernels" \
	}

#endif
