/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * uprobes.h - a program at many places of one binary: by one link, or, on kernels that have no such
 * links, by a probe for each.
 */
#ifndef COMMON_UPROBES_H
#define COMMON_UPROBES_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

struct uprobe_site {
	uint64_t offset; /* in the file */
	uint64_t semaphore; /* file offset of its reference counter; 0: none */
	uint64_t cookie;
	char *name; /* for people, or NULL */
	bool found; /* by a pattern: may be left out when it alone cannot be probed */
};

struct uprobes {
	const char *path;
	int pid; /* -1: any process */
	bool at_return;
	bool session;
	struct uprobe_site *sites;
	size_t n;
	const char *via; /* as the key says */
	const char *what; /* for people: "uprobes /usr/bin/true:f*" */
	/* When not NULL: called after each link was made, with the sites that are its own. */
	int (*made)(struct cleat_attach *a, void *user, size_t first, size_t n);
	void *user;
	/* out */
	const struct uprobe_site *bad; /* the one that could not be attached, or NULL */
	bool said; /* there is a diagnostic already */
};

/* Append a site; @name is copied. Returns 0 or -ENOMEM. */
int uprobes_add(struct uprobes *u, const struct uprobe_site *site);
void uprobes_free(struct uprobes *u);

/*
 * Does "via" mean one link on this kernel: links of @attach_type (BPF_TRACE_UPROBE_MULTI, ..._SESSION)
 * are there, and right about processes. A program is loaded for one way or the other.
 */
bool uprobes_by_link(const char *via, uint32_t attach_type);

/* Attach all. Reports what went wrong, with the keys' places. */
int uprobes_attach(struct cleat_attach *a, const struct cleat_params *p, struct uprobes *u);

/* The key that chooses, for key tables. */
#define UPROBES_KEY_VIA                                                                           \
	{                                                                                         \
		.name = "via", .type = CLEAT_TYPE_CHOICE, .choices = "auto|multi|single",         \
		.preset = "auto", .flags = CLEAT_KEY_LOAD,                                        \
		.help = "one link for all (kernel 6.6), or a probe for each, as older kernels do" \
	}

#endif
