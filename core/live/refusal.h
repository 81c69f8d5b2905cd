/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * refusal.h - a program that the kernel does not load: its log, and the true cause.
 */
#ifndef LIVE_REFUSAL_H
#define LIVE_REFUSAL_H

#include <cleat/uapi.h>

#include "live/context.h"

/* Levels of a log: the path that fails, all paths, and what it has cost. */
#define LOG_BRIEF 1u
#define LOG_TEXT 3u
#define LOG_STATISTICS 4u

/* Enough for nearly all logs, and for the end of all: memory that is not written to costs nothing. */
#define LOG_TAIL (1u << 20)

struct load_log {
	char *text; /* NULL: none was asked for */
	size_t lost; /* bytes before it that were not kept */
};

/*
 * BPF_PROG_LOAD with a log of @level. Returns a descriptor or -errno; -ENOSPC: the log is not whole,
 * and hides what else there was. Without @whole, the end will do: kernels that keep it (since 6.4)
 * get a megabyte, others 16, and when that is too little the messages without the instructions stand
 * for it: those of an earlier load with LOG_STATISTICS, if @log has them. The program is verified
 * once more, then, and a third time where nothing else is left.
 */
int load_with_log(union bpf_attr *attr, unsigned int level, bool whole, struct prober *prober,
		  struct load_log *log);

/* Where memory for BPF counts as locked (before 5.11), and the limit may not be raised. */
void hint_locked_memory(struct report *r);

/* Report why the kernel refused @attr with @err: the verifier's words, or else the cause. */
void refusal_explain(struct cleat_program *p, const union bpf_attr *attr,
		     const struct linked *linked, const struct load_log *log, int err);

#endif
