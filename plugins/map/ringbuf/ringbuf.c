/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ringbuf.c - the ring buffer that all CPUs share: its size, and reading it.
 *
 * Layout (kernel/bpf/ringbuf.c): a consumer page that we write, a producer page, and the data
 * mapped twice in a row so that no record is ever cut. A record is an 8-byte header, its length
 * with a busy and a discard bit in the first word, and the data, rounded up to 8 bytes.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_RINGBUF, .flags = CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "ringbuf" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	if (attr->max_entries > 1u << 31)
		return cleat_error(cleat_map_context(m), ERANGE,
				   "max-entries of a ring buffer is its size in bytes, at most 2 GiB");
	return 0;
}

/*
 * The size is a power of two of pages. An object may say the record's type as the map's value, so
 * that records can be decoded: the kernel wants to see sizes of 0 and no types.
 */
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
	unsigned long *consumer; /* ours to write */
	const unsigned long *producer;
	const uint8_t *data;
	uint64_t mask;
	size_t page;
	size_t mapped; /* producer page and data twice */
};

static void unmap(struct ring *ring)
{
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	if (ring->producer)
		munmap((void *)ring->producer, ring->mapped);
	free(ring);
}

static int map_ring(struct ring *ring, int fd, uint32_t size)
{
	void *at;

	ring->page = (size_t)sysconf(_SC_PAGESIZE);
	ring->mask = size - 1;
	ring->mapped = ring->page + 2 * (size_t)size;
	at = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	ring->consumer = at;
	at = mmap(NULL, ring->mapped, PROT_READ, MAP_SHARED, fd, (off_t)ring->page);
	if (at == MAP_FAILED)
		return -errno;
	ring->producer = at;
	ring->data = (const uint8_t *)at + ring->page;
	return 0;
}

static int reader_open(struct cleat_map *m, const struct cleat_params *p, struct cleat_reader *r)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	struct ring *ring;
	int fd, err;

	(void)p;
	cleat_map_info(m, &info);
	/* There the kernel moves the beginning under our feet: another way of reading. */
	if (info.flags & BPF_F_RB_OVERWRITE)
		return cleat_error(c, EOPNOTSUPP,
				   "ring buffers that overwrite their oldest records cannot be read yet");
	ring = calloc(1, sizeof(*ring));
	if (!ring)
		return cleat_error(c, ENOMEM, "out of memory");
	err = map_ring(ring, cleat_map_fd(m), info.max_entries);
	/* The map can be waited on itself; a copy, because the reader closes its descriptor. */
	fd = err ? -1 : fcntl(cleat_map_fd(m), F_DUPFD_CLOEXEC, 3);
	if (fd < 0) {
		err = err ? err : -errno;
		unmap(ring);
		return cleat_error_sys(c, err, "cannot map the ring buffer");
	}
	cleat_reader_set_fd(r, fd);
	cleat_reader_set_data(r, ring);
	return 0;
}

/* Is there a record at @at that nobody writes to any more; *length has the discard bit. */
static bool complete_at(const struct ring *ring, unsigned long at, uint32_t *length)
{
	const uint32_t *header = (const uint32_t *)(ring->data + (at & ring->mask));

	if (at == __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE))
		return false;
	*length = __atomic_load_n(header, __ATOMIC_ACQUIRE);
	return !(*length & BPF_RINGBUF_BUSY_BIT);
}

/*
 * At most once around the ring, so that writers who never stop cannot hold us for ever.
 *
 * The kernel wakes for a record when it sees that we have read up to it. Before we call the ring
 * empty, or wait for a record that is being written, our position must be visible and what we look
 * at fresh, or each side waits for the other: hence the fence and the second look.
 */
static int reader_drain(struct cleat_reader *r)
{
	struct ring *ring = cleat_reader_data(r);
	unsigned long at = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
	const unsigned long first = at;
	uint32_t length;
	int n = 0;

	while (at - first <= ring->mask && n < INT_MAX) {
		const uint8_t *header = ring->data + (at & ring->mask);
		uint32_t bytes;
		int ret = 0;

		if (!complete_at(ring, at, &length)) {
			__atomic_thread_fence(__ATOMIC_SEQ_CST);
			if (!complete_at(ring, at, &length))
				break;
		}
		bytes = length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			ret = cleat_reader_emit(r, header + BPF_RINGBUF_HDR_SZ, bytes, -1);
			n++;
		}
		at += (bytes + BPF_RINGBUF_HDR_SZ + 7) & ~7ul;
		__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
		if (ret)
			return ret;
	}
	return n;
}

static void reader_close(struct cleat_reader *r)
{
	unmap(cleat_reader_data(r));
}

static const struct cleat_map_plugin ringbuf = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "ringbuf",
			   "ring buffer for records, shared by all CPUs"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
	.reader_open = reader_open,
	.reader_drain = reader_drain,
	.reader_close = reader_close,
};
CLEAT_PLUGIN(ringbuf)
