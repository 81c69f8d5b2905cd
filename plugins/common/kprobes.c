/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kprobes.c - many functions, a probe for each; see kprobes.h. How one is opened is in probe.c.
 */
#include "common/kprobes.h"

#include <errno.h>
#include <stdio.h>

#include "common/probe.h"

static int attach_one(struct cleat_attach *a, const struct function *f, bool at_return,
		      const char *via, bool *said)
{
	char what[256];
	struct probe probe = {
		.pmu = "kprobe",
		.at_return = at_return,
		.target = f->name,
		.offset = f->name ? 0 : f->address,
		.pid = -1,
		.cookie = f->cookie,
		.via = via,
		.what = what,
	};
	int err;

	if (f->name)
		snprintf(what, sizeof(what), "%s %.200s", at_return ? "kretprobe" : "kprobe",
			 f->name);
	else
		snprintf(what, sizeof(what), "%s 0x%llx", at_return ? "kretprobe" : "kprobe",
			 (unsigned long long)f->address);
	err = probe_attach(a, &probe);
	*said = probe.said;
	return err;
}

static bool may_skip(const struct function *f, int err)
{
	return f->found &&
	       (err == -EINVAL || err == -ENOENT || err == -EADDRNOTAVAIL || err == -EILSEQ);
}

struct attaching {
	struct cleat_attach *a;
	const struct functions *f;
	bool at_return;
	const char *via;
	const struct function **bad;
	bool *said;
};

static int attach_number(void *user, size_t i, bool *skip)
{
	const struct attaching *at = user;
	const struct function *f = &at->f->v[i];
	int err = attach_one(at->a, f, at->at_return, at->via, at->said);

	*at->bad = f;
	*skip = !*at->said && may_skip(f, err);
	return err;
}

int kprobes_attach(struct cleat_attach *a, const struct functions *f, bool at_return,
		   const char *via, const struct function **bad, bool *said)
{
	struct attaching at = { a, f, at_return, via, bad, said };

	return probe_attach_each(a, f->n, "functions", attach_number, &at);
}
