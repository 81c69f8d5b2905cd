/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * uprobes.c - a program at many places of one binary; see uprobes.h.
 *
 * Knows the link for many uprobes and when a kernel lacks it. How a single probe is opened is in
 * probe.c; what the places are, who asks knows.
 */
#include "common/uprobes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/probe.h"

#define ENOTSUPP_OF_THE_KERNEL 524 /* what it says of instructions that it cannot step over */

int uprobes_add(struct uprobes *u, const struct uprobe_site *site)
{
	/* Grows at the powers of two. */
	if (!(u->n & (u->n - 1))) {
		struct uprobe_site *more = realloc(u->sites, (u->n ? u->n * 2 : 1) * sizeof(*more));

		if (!more)
			return -ENOMEM;
		u->sites = more;
	}
	u->sites[u->n] = *site;
	if (site->name) {
		u->sites[u->n].name = strdup(site->name);
		if (!u->sites[u->n].name)
			return -ENOMEM;
	}
	u->n++;
	return 0;
}

void uprobes_free(struct uprobes *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->sites[i].name);
	free(u->sites);
	u->sites = NULL;
	u->n = 0;
}

/* ---- what the kernel can ------------------------------------------------------------------------ */

static int link_a_directory(int program, uint32_t attach_type, uint32_t pid)
{
	const uint64_t offset = 0;
	union bpf_attr attr = {
		.link_create = { .prog_fd = (uint32_t)program, .attach_type = attach_type },
	};
	int link;

	attr.link_create.uprobe_multi.path = (uintptr_t) "/";
	attr.link_create.uprobe_multi.offsets = (uintptr_t)&offset;
	attr.link_create.uprobe_multi.cnt = 1;
	attr.link_create.uprobe_multi.pid = pid;
	link = cleat_sys_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link >= 0)
		close(link);
	return link;
}

/*
 * Tried with a directory, of which a kernel that has such links finds just that wrong. The first of
 * them (6.6) took threads for processes; those that were mended also refuse a negative pid.
 */
static bool has_link(uint32_t attach_type)
{
	int program = probe_nothing(attach_type);
	bool has;

	if (program < 0)
		return false;
	has = link_a_directory(program, attach_type, 0) == -EBADF &&
	      link_a_directory(program, attach_type, UINT32_MAX) == -EINVAL;
	close(program);
	return has;
}

bool uprobes_by_link(const char *via, uint32_t attach_type)
{
	if (strcmp(via, "auto") != 0)
		return strcmp(via, "multi") == 0;
	return has_link(attach_type);
}

/* ---- one link ----------------------------------------------------------------------------------- */

struct arrays {
	uint64_t *offsets, *semaphores, *cookies;
};

static void fill(const struct uprobes *u, struct arrays *arrays, union bpf_attr *attr)
{
	bool semaphores = false, cookies = false;

	for (size_t i = 0; i < u->n; i++) {
		arrays->offsets[i] = u->sites[i].offset;
		arrays->semaphores[i] = u->sites[i].semaphore;
		arrays->cookies[i] = u->sites[i].cookie;
		semaphores |= u->sites[i].semaphore != 0;
		cookies |= u->sites[i].cookie != 0;
	}
	attr->link_create.uprobe_multi.path = (uintptr_t)u->path;
	attr->link_create.uprobe_multi.offsets = (uintptr_t)arrays->offsets;
	attr->link_create.uprobe_multi.cnt = (uint32_t)u->n;
	attr->link_create.uprobe_multi.flags = u->at_return ? BPF_F_UPROBE_MULTI_RETURN : 0;
	/* Any process is 0 here, and -1 to perf_event_open(). */
	attr->link_create.uprobe_multi.pid = u->pid > 0 ? (uint32_t)u->pid : 0;
	if (semaphores)
		attr->link_create.uprobe_multi.ref_ctr_offsets = (uintptr_t)arrays->semaphores;
	if (cookies)
		attr->link_create.uprobe_multi.cookies = (uintptr_t)arrays->cookies;
}

static int attach_link(struct cleat_attach *a, struct uprobes *u, uint32_t attach_type)
{
	struct arrays arrays = {
		.offsets = calloc(u->n, sizeof(uint64_t)),
		.semaphores = calloc(u->n, sizeof(uint64_t)),
		.cookies = calloc(u->n, sizeof(uint64_t)),
	};
	union bpf_attr attr = { .link_create = { .attach_type = attach_type } };
	int err = -ENOMEM;

	if (arrays.offsets && arrays.semaphores && arrays.cookies) {
		fill(u, &arrays, &attr);
		err = cleat_attach_link(a, &attr, "%s, %zu place%s", u->what, u->n,
					u->n == 1 ? "" : "s");
	}
	free(arrays.offsets);
	free(arrays.semaphores);
	free(arrays.cookies);
	return !err && u->made ? u->made(a, u->user, 0, u->n) : err;
}

/* ---- single probes ------------------------------------------------------------------------------ */

static int attach_one(struct cleat_attach *a, struct uprobes *u, size_t i)
{
	const struct uprobe_site *site = &u->sites[i];
	char what[512];
	struct probe probe = {
		.pmu = "uprobe",
		.at_return = u->at_return,
		.target = u->path,
		.offset = site->offset,
		.semaphore = site->semaphore,
		.pid = u->pid,
		.cookie = site->cookie,
		.via = "auto",
		.what = what,
	};
	int err;

	if (site->name)
		snprintf(what, sizeof(what), "%s, %s", u->what, site->name);
	else
		snprintf(what, sizeof(what), "%s, 0x%llx", u->what,
			 (unsigned long long)site->offset);
	err = probe_attach(a, &probe);
	u->said = probe.said;
	return !err && u->made ? u->made(a, u->user, i, 1) : err;
}

static bool may_skip(const struct uprobe_site *site, int err)
{
	return site->found && (err == -EILSEQ || err == -EIO || err == -ENOTSUPP_OF_THE_KERNEL);
}

struct attaching {
	struct cleat_attach *a;
	struct uprobes *u;
};

static int attach_number(void *user, size_t i, bool *skip)
{
	const struct attaching *at = user;
	int err = attach_one(at->a, at->u, i);

	at->u->bad = &at->u->sites[i];
	*skip = !at->u->said && may_skip(at->u->bad, err);
	return err;
}

static int attach_single(struct cleat_attach *a, struct uprobes *u)
{
	struct attaching at = { a, u };

	return probe_attach_each(a, u->n, "places", attach_number, &at);
}

/* ---- attaching ---------------------------------------------------------------------------------- */

static int lacking(struct cleat *c, const struct cleat_params *p, const struct uprobes *u)
{
	if (u->session)
		return cleat_error(c, EOPNOTSUPP, "this kernel has no uprobe sessions");
	cleat_param_error(c, p, "via", EOPNOTSUPP, "this kernel has no links for many uprobes");
	cleat_hint(c, "'via = auto' falls back to a probe for each place");
	return -EOPNOTSUPP;
}

static bool has_semaphores(const struct uprobes *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->sites[i].semaphore)
			return true;
	return false;
}

static int explain(struct cleat *c, const struct cleat_params *p, const struct uprobes *u, int err)
{
	const struct uprobe_site *bad = u->bad ? u->bad : u->n == 1 ? &u->sites[0] : NULL;

	switch (err) {
	case -ESRCH:
		return cleat_param_error(c, p, "pid", ESRCH, "no process %d", u->pid);
	case -EOPNOTSUPP:
	case -ENODEV:
		return cleat_error(c, err, "this kernel has no uprobes%s",
				   has_semaphores(u) ? " with semaphores" : "");
	case -EMFILE:
		cleat_error_sys(c, err, "cannot open a probe for each of %zu places", u->n);
		cleat_hint(c, "raise the limit of open files: ulimit -n");
		return err;
	default:
		break;
	}
	if (bad && bad->name)
		cleat_error_sys(c, err, "cannot probe '%s' in %s", bad->name, u->path);
	else if (bad)
		cleat_error_sys(c, err, "cannot probe %s at offset 0x%llx", u->path,
				(unsigned long long)bad->offset);
	else
		cleat_error_sys(c, err, "cannot probe %zu places of %s", u->n, u->path);
	if (err == -EINVAL && bad && bad->cookie)
		cleat_hint(c, "cookies need kernel 5.15");
	else if (err == -EINVAL)
		cleat_hint(c, "an offset must be in the file's code, where an instruction begins");
	return err;
}

int uprobes_attach(struct cleat_attach *a, const struct cleat_params *p, struct uprobes *u)
{
	uint32_t attach_type = u->session ? BPF_TRACE_UPROBE_SESSION : BPF_TRACE_UPROBE_MULTI;
	struct cleat *c = cleat_attach_context(a);
	int err;

	u->bad = NULL;
	u->said = false;
	if (u->session || uprobes_by_link(u->via, attach_type)) {
		err = attach_link(a, u, attach_type);
		/* A program loaded for a link, on a kernel that has none, fails in many ways. */
		if (err && !u->said && !has_link(attach_type))
			return lacking(c, p, u);
	} else {
		err = attach_single(a, u);
	}
	return err && !u->said ? explain(c, p, u, err) : err;
}
