// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * loadlog.c - BPF_PROG_LOAD with a log: how much room to give.
 *
 * Knows how kernels behave when a log is longer than its buffer. Does not read logs (verifier.c).
 */
#include "kernel/bpf.h"
#include "live/refusal.h"

/* What every kernel takes, and the most that any takes. */
#define LOG_ANY (UINT32_MAX >> 8)
#define LOG_MOST (UINT32_MAX >> 2)

/* The size to try after @size was too small, or 0: what is there has to do. */
static size_t more_room(const union bpf_attr *attr, size_t size, bool whole)
{
	size_t needed = attr->log_true_size;

	/* The end of it is here. */
	if (needed > size)
		return whole && needed <= LOG_MOST ? needed : 0;
	if (size < LOG_ANY)
		return LOG_ANY;
	return whole && size < LOG_MOST ? LOG_MOST : 0;
}

static int load_with_room(union bpf_attr *attr, unsigned int level, char *text, size_t size)
{
	text[0] = '\0';
	attr->log_level = level;
	attr->log_buf = (uintptr_t)text;
	attr->log_size = (uint32_t)size;
	attr->log_true_size = 0;
	return sys_prog_load(attr);
}

/* The end of a log begins in the middle of a line. */
static void keep_end(struct load_log *log, const union bpf_attr *attr)
{
	char *end = strchr(log->text, '\n');
	size_t half = end ? (size_t)(end + 1 - log->text) : 0;

	memmove(log->text, log->text + half, strlen(log->text + half) + 1);
	log->lost = attr->log_true_size - attr->log_size + half;
}

/*
 * Messages and statistics come without the instructions, too: short, and with an end. @messages are
 * those of an earlier load, or NULL.
 */
static void ask_for_messages(struct load_log *log, union bpf_attr *attr, const char *messages)
{
	int fd = -1;

	if (messages && messages[0]) {
		free(log->text);
		log->text = text_dup(messages);
		return;
	}
	fd = load_with_room(attr, LOG_STATISTICS, log->text, LOG_TAIL);
	if (fd >= 0)
		close(fd);
}

int load_with_log(union bpf_attr *attr, unsigned int level, bool whole, struct prober *prober,
		  struct load_log *log)
{
	size_t size = probe(prober, PROBE_LOG_END) == PROBE_NO ? LOG_ANY : LOG_TAIL;
	_free_ char *messages = log->text;
	int fd = -ENOSPC;

	*log = (struct load_log) { 0 };
	while (size && fd == -ENOSPC) {
		char *text = malloc(size);

		if (!text)
			return log->text ? fd : -ENOMEM;
		fd = load_with_room(attr, level, text, size);
		/* A size that this kernel does not take: what it said before has to do. */
		if (log->text && fd == -EINVAL && !text[0]) {
			free(text);
			fd = -ENOSPC;
			break;
		}
		free(log->text);
		log->text = text;
		size = more_room(attr, size, whole);
	}
	if (fd != -ENOSPC)
		return fd;
	if (attr->log_true_size > attr->log_size)
		keep_end(log, attr);
	else if (!whole)
		ask_for_messages(log, attr, messages);
	return fd;
}
