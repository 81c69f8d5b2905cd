/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * wait.c - readers that are waited for: several as one, with a limit of time, and from a thread that
 * another one ends. Refuses to know what is read.
 */
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>

#include "live/reader.h"

/* ---- groups -------------------------------------------------------------------------------- */

CLEAT_API int cleat_reader_group_open(struct cleat *c, struct cleat_reader **out)
{
	struct cleat_reader *group;

	OPERATION(c);
	*out = NULL;
	group = calloc(1, sizeof(*group));
	if (!group)
		return report_oom(c->report);
	group->interrupt_fd = -1;
	group->fd = epoll_create1(EPOLL_CLOEXEC);
	if (group->fd < 0) {
		int err = report_sys(c->report, errno, "cannot make a descriptor to wait on");

		free(group);
		return err;
	}
	*out = group;
	return 0;
}

static struct cleat_reader **last(struct cleat_reader *group)
{
	struct cleat_reader **at = &group->members;

	while (*at)
		at = &(*at)->next;
	return at;
}

CLEAT_API int cleat_reader_group_add(struct cleat_reader *group, struct cleat_reader *r)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct report *report;

	if (!r->map || group->map)
		return -EINVAL;
	report = r->map->c->report;
	OPERATION(r->map->c);
	REPORT_IN(report, REPORT_MAP, r->map->name);
	if (r->group)
		return report_error(report, EBUSY, "the reader is in a group already");
	if (epoll_ctl(group->fd, EPOLL_CTL_ADD, r->fd, &event))
		return report_sys(report, errno, "cannot wait for records");
	r->group = group;
	*last(group) = r;
	return 0;
}

void group_remove(struct cleat_reader *r)
{
	struct cleat_reader **at;

	if (!r->group)
		return;
	epoll_ctl(r->group->fd, EPOLL_CTL_DEL, r->fd, NULL);
	for (at = &r->group->members; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	r->next = r->group = NULL;
}

/* The one whose turn it was goes to the end. */
static void pass_turn(struct cleat_reader *group)
{
	struct cleat_reader *r = group->members;

	group->members = r->next;
	r->next = NULL;
	*last(group) = r;
}

/* All of them are asked, not only those that are readable: some wake nobody for a few records. */
int group_dispatch(struct cleat_reader *group)
{
	size_t members = 0;
	int total = 0, n;

	for (const struct cleat_reader *r = group->members; r; r = r->next)
		members++;
	while (members--) {
		struct cleat_reader *r = group->members;

		pass_turn(group);
		n = cleat_reader_dispatch(r);
		if (n < 0 || r->stopped)
			return n;
		total += MIN(n, INT_MAX - total);
	}
	return total;
}

/* ---- waiting ------------------------------------------------------------------------------- */

/* The descriptor that ends a wait; whoever needs it first makes it. */
static int interrupt_fd(struct cleat_reader *r)
{
	int fd = __atomic_load_n(&r->interrupt_fd, __ATOMIC_ACQUIRE), made;

	if (fd >= 0)
		return fd;
	made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (made < 0)
		return -errno;
	if (__atomic_compare_exchange_n(&r->interrupt_fd, &fd, made, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return made;
	close(made);
	return fd;
}

CLEAT_API int cleat_reader_interrupt(struct cleat_reader *r)
{
	int saved = errno, fd = interrupt_fd(r);
	uint64_t one = 1;

	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		fd = -errno;
	__atomic_store_n(&r->interrupted, true, __ATOMIC_SEQ_CST);
	errno = saved; /* of what a signal handler came between */
	return MIN(fd, 0);
}

static bool take_interrupt(struct cleat_reader *r, int fd)
{
	uint64_t count;

	/*
	 * Written first and said then; taken back in that order, too. So the descriptor never stays
	 * readable without the word, and every interruption ends a wait.
	 */
	if (!__atomic_load_n(&r->interrupted, __ATOMIC_RELAXED) ||
	    !__atomic_exchange_n(&r->interrupted, false, __ATOMIC_SEQ_CST))
		return false;
	return read(fd, &count, sizeof(count)) >= 0 || errno == EAGAIN;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * A descriptor may be readable and nothing be there to hand out: a record that a program is about to
 * finish holds back the ring. That takes it no longer than this.
 */
static void pause_a_little(void)
{
	struct timespec t = { .tv_nsec = 50000 };

	nanosleep(&t, NULL);
}

CLEAT_API int cleat_reader_wait(struct cleat_reader *r, int timeout_ms)
{
	struct pollfd fds[] = { { .fd = r->fd, .events = POLLIN }, { .events = POLLIN } };
	int64_t end = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
	int n, left = timeout_ms;

	fds[1].fd = interrupt_fd(r);
	if (fds[1].fd < 0)
		return fds[1].fd;
	for (;;) {
		if (take_interrupt(r, fds[1].fd))
			return -ECANCELED;
		n = cleat_reader_dispatch(r);
		if (n || !left)
			return n;
		if (fds[0].revents)
			pause_a_little();
		if (poll(fds, ARRAY_SIZE(fds), left) < 0)
			return -errno;
		if (timeout_ms > 0)
			left = (int)MAX(end - now_ms(), 0);
	}
}
