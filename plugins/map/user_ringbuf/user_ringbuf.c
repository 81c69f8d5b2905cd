/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * user_ringbuf.c - a ring buffer that user space writes and programs read.
 *
 * Layout (kernel/bpf/ringbuf.c): a consumer page that only the kernel writes, a producer page and the
 * data twice in a row, which are ours. A record is an 8-byte header, its length in the first word,
 * and the data, rounded up to 8 bytes. Its room is taken when the producer's position has passed it, and
 * programs get it when it is no longer busy; they stop in front of one that is.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_USER_RINGBUF,
	  .flags = CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "user_ringbuf" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	if (attr->max_entries > 1u << 31)
		return cleat_error(
			cleat_map_context(m), ERANGE,
			"max-entries of a ring buffer is its size in bytes, at most 2 GiB");
	return 0;
}

/* A power of two of pages, without keys, values and their types. */
static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);

	(void)m;
	(void)p;
	while (size < attr->max_entries)
		size <<= 1;
	attr->max_entries = (uint32_t)size;
	attr->key_size = 0;
	attr->value_size = 0;
	attr->no_btf = true;
	return 0;
}

struct ring {
	const unsigned long *consumer;
	unsigned long *producer; /* ours to write */
	uint8_t *data;
	uint32_t size;
	size_t page;
	size_t mapped; /* producer page and data twice */
	unsigned long first; /* where this writer began: nothing before is its own */
};

static void unmap(const struct ring *ring)
{
	if (ring->consumer)
		munmap((void *)ring->consumer, ring->page);
	if (ring->producer)
		munmap(ring->producer, ring->mapped);
}

/* On failure nothing stays mapped. */
static int map_ring(struct ring *ring, struct cleat_map *m)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	void *at;
	int err;

	cleat_map_info(m, &info);
	*ring = (struct ring){ .size = info.max_entries, .page = (size_t)sysconf(_SC_PAGESIZE) };
	ring->mapped = ring->page + 2 * (size_t)ring->size;
	at = mmap(NULL, ring->page, PROT_READ, MAP_SHARED, cleat_map_fd(m), 0);
	if (at != MAP_FAILED) {
		ring->consumer = at;
		at = mmap(NULL, ring->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, cleat_map_fd(m),
			  (off_t)ring->page);
	}
	if (at == MAP_FAILED) {
		err = cleat_error_sys(cleat_map_context(m), errno, "cannot map the ring buffer");
		unmap(ring);
		return err;
	}
	ring->producer = at;
	ring->data = (uint8_t *)at + ring->page;
	ring->first = __atomic_load_n(ring->producer, __ATOMIC_RELAXED);
	return 0;
}

static uint32_t most_bytes(const struct ring *ring)
{
	return ring->size - BPF_RINGBUF_HDR_SZ;
}

static unsigned long step(uint32_t length)
{
	return ((length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) + BPF_RINGBUF_HDR_SZ +
		7ul) &
	       ~7ul;
}

/* The header first, then the position: who sees the position sees that nobody may read this one yet. */
static int reserve(const struct ring *ring, size_t bytes, void **data)
{
	unsigned long at = __atomic_load_n(ring->producer, __ATOMIC_RELAXED);
	unsigned long read_to = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
	uint8_t *record = ring->data + (at & (ring->size - 1));
	uint32_t header[2] = { (uint32_t)bytes | BPF_RINGBUF_BUSY_BIT, 0 };

	if (!bytes)
		return -EINVAL;
	if (bytes > most_bytes(ring))
		return -E2BIG;
	if (ring->size - (at - read_to) < step((uint32_t)bytes))
		return -ENOSPC;
	memcpy(record, header, sizeof(header));
	__atomic_store_n(ring->producer, at + step((uint32_t)bytes), __ATOMIC_RELEASE);
	*data = record + BPF_RINGBUF_HDR_SZ;
	return 0;
}

/* Who sees that it is ready sees all of it. */
static void end_record(void *data, bool discard)
{
	uint32_t *header = (uint32_t *)((uint8_t *)data - BPF_RINGBUF_HDR_SZ);
	uint32_t length = *header & ~BPF_RINGBUF_BUSY_BIT;

	__atomic_store_n(header, discard ? length | BPF_RINGBUF_DISCARD_BIT : length,
			 __ATOMIC_RELEASE);
}

static int write_record(struct cleat_map *m, const void *data, size_t bytes)
{
	struct cleat *c = cleat_map_context(m);
	struct ring ring;
	void *room;
	int err = map_ring(&ring, m);

	if (err)
		return err;
	err = reserve(&ring, bytes, &room);
	if (!err) {
		memcpy(room, data, bytes);
		end_record(room, false);
	}
	unmap(&ring);
	if (err == -ENOSPC)
		return cleat_error(c, ENOSPC,
				   "the ring is full: no program has read what is in it");
	if (err)
		return cleat_error(c, E2BIG, "a record has 1 to %u bytes, not %zu",
				   most_bytes(&ring), bytes);
	return 0;
}

/* ---- a writer that stays ------------------------------------------------------------------- */

/* The edges alone: the ring has room for something nearly always. */
static int wait_for_readers(struct cleat_writer *w, int fd)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0)
		return -errno;
	cleat_writer_set_fd(w, epoll);
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int writer_open(struct cleat_map *m, struct cleat_writer *w)
{
	struct cleat *c = cleat_map_context(m);
	struct ring *ring = malloc(sizeof(*ring));
	int err;

	if (!ring)
		return cleat_error(c, ENOMEM, "out of memory");
	err = map_ring(ring, m);
	if (err) {
		free(ring);
		return err;
	}
	err = wait_for_readers(w, cleat_map_fd(m));
	if (err) {
		unmap(ring);
		free(ring);
		return cleat_error_sys(c, err, "cannot make a descriptor to wait on");
	}
	cleat_writer_set_data(w, ring);
	return 0;
}

static int writer_reserve(struct cleat_writer *w, size_t bytes, void **data)
{
	const struct ring *ring = cleat_writer_data(w);
	struct epoll_event event;
	int err = reserve(ring, bytes, data);

	if (err != -ENOSPC)
		return err;
	/* What was read until now is known: only what is read from now on wakes. */
	epoll_wait(cleat_writer_fd(w), &event, 1, 0);
	return reserve(ring, bytes, data);
}

static void writer_end(struct cleat_writer *w, void *data, bool discard)
{
	(void)w;
	end_record(data, discard);
}

/* One that stays reserved for ever would hold back all that come behind it. */
static void writer_close(struct cleat_writer *w)
{
	struct ring *ring = cleat_writer_data(w);
	unsigned long end = __atomic_load_n(ring->producer, __ATOMIC_RELAXED);
	unsigned long at = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);

	while (at != end && end - at <= ring->size) {
		uint8_t *record = ring->data + (at & (ring->size - 1));
		uint32_t length;

		memcpy(&length, record, sizeof(length));
		if ((length & BPF_RINGBUF_BUSY_BIT) && (long)(at - ring->first) >= 0)
			end_record(record + BPF_RINGBUF_HDR_SZ, true);
		at += step(length);
	}
	unmap(ring);
	free(ring);
}

static const struct cleat_map_plugin user_ringbuf = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "user_ringbuf",
			   "records from user space to programs"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
	.write = write_record,
	.writer_open = writer_open,
	.writer_reserve = writer_reserve,
	.writer_end = writer_end,
	.writer_close = writer_close,
};
CLEAT_PLUGIN(user_ringbuf)
