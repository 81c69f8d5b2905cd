/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * world.h - what keys name outside of BPF: interfaces, cgroups, files, processes, modules. What is there of
 * it now, as text that is another when something came, went, or is another under the same name.
 * It refuses to know which plugin's keys these are: the key tables say what a key names.
 */
#ifndef LIVE_WORLD_H
#define LIVE_WORLD_H

#include "base/text.h"
#include "base/vec.h"
#include "plugin/params.h"

enum world_kind {
	WORLD_INTERFACE,
	WORLD_CGROUP, /* a path or a glob */
	WORLD_FILE, /* a path or a glob */
	WORLD_PROCESS, /* an id, or a name or glob */
	WORLD_MODULES, /* all of them */
	WORLD_KINDS,
};

struct world_thing {
	enum world_kind kind;
	char *pattern;
};

struct world {
	VEC(struct world_thing) things;
};

/* Each thing once. -ENOMEM. */
int world_add(struct world *w, enum world_kind kind, const char *pattern);
/* What the values name; @cgroupfs: where cgroups are that are no absolute path, may be NULL. -ENOMEM. */
int world_add_params(struct world *w, const struct cleat_params *p, const char *cgroupfs);
bool world_has(const struct world *w, enum world_kind kind);
/* Does the process's name, or its program's, match what is wanted. */
bool world_wants_process(const struct world *w, unsigned int pid);
/* What is there now. */
void world_look(const struct world *w, struct buf *out);
void world_free(struct world *w);

/*
 * Which interface, cgroup, process the values name now, by what is another when it comes again under
 * the same name; with @files which files, too. The caller frees; NULL without memory.
 */
char *world_identity(const struct cleat_params *p, bool files);

#endif
