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

int kprobes_attach(struct cleat_attach *a, const struct functions *f, bool at_return,
		   const char *via, const struct function **bad, bool *said)
{
	size_t n = 0, skipped = 0;
	int err = 0, last = 0;

	for (size_t i = 0; i < f->n && !err; i++) {
		err = attach_one(a, &f->v[i], at_return, via, said);
		*bad = &f->v[i];
		if (!err)
			n++;
		if (err && !*said && may_skip(&f->v[i], err)) {
			skipped++;
			last = err;
			err = 0;
		}
	}
	if (!err && !n)
		return last;
	if (!err && skipped)
		cleat_warning(cleat_attach_context(a),
			      "%zu of %zu functions cannot be probed, and are left out", skipped,
			      f->n);
	return err;
}
