/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * reader.h - a reader of one map, or a group of readers. For reader.c and wait.c alone.
 */
#ifndef LIVE_READER_H
#define LIVE_READER_H

#include "live/context.h"

struct cleat_reader {
	struct cleat_reader_head head; /* for the plugin: fn, user, record */
	struct cleat_map *map;	       /* NULL: a group */
	int fd;
	void *data;
	struct cleat_record record; /* of all of them: what stays the same is filled in once */
	int lost_cpu;
	bool stopped; /* the user's function said so in this dispatch */
	struct cleat_params *params;
	/* Of a reader that stands on this one: called at the end of a dispatch, and when it is closed. */
	int (*after)(void *own);
	void (*release)(void *own);
	void *own;

	struct cleat_reader *group; /* that it is in, or NULL */
	struct cleat_reader *next;  /* in that group */
	struct cleat_reader *members; /* of a group: whose turn it is, then the others */

	/* These are for all threads. */
	bool busy;	  /* a dispatch is under way */
	bool interrupted; /* the wait that sees it returns */
	int interrupt_fd; /* an eventfd, made when it is first wanted; -1 */
};

/* The same as cleat_reader_dispatch() for a group, without its guard. */
int group_dispatch(struct cleat_reader *group);
/* Takes @r out of the group it is in. */
void group_remove(struct cleat_reader *r);

#endif
