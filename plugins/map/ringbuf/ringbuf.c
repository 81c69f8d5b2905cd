/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ringbuf.c - the ring buffer that all CPUs share: its size, and reading it.
 *
 * Layout (kernel/bpf/ringbuf.c): a consumer page that we write, a producer page, and the data
 * mapped twice in a row so that no record is ever cut. A record is an 8-byte header, its length
 * with a busy and a discard bit in the first word, and the data, rounded up to 8 bytes.
 *
 * With BPF_F_RB_OVERWRITE the kernel makes room at the oldest end: behind the producer's position
 * it says up to where it has written over records. That is said before it happens.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
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

#define FLAG_BITS (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)

struct ring {
	unsigned long *consumer; /* ours to write */
	const unsigned long *producer;
	const unsigned long *overwritten; /* up to here; NULL: the kernel waits for us */
	const uint8_t *data;
	uint64_t mask;
	uint32_t most; /* bytes of a record; a header that is more has a bit set, or is none */
	size_t page;
	size_t mapped; /* producer page and data twice */
	uint8_t *copy; /* of a record that may be overwritten while it is looked at */
	size_t copy_bytes;
};

/* In the producer's page: its position, how far all records are complete, and this. */
#define OVERWRITTEN_AT 2

static void unmap(struct ring *ring)
{
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	if (ring->producer)
		munmap((void *)ring->producer, ring->mapped);
	free(ring->copy);
	free(ring);
}

static int map_ring(struct ring *ring, int fd, uint32_t size)
{
	void *at;

	ring->page = (size_t)sysconf(_SC_PAGESIZE);
	ring->mask = size - 1;
	ring->most = ring->mask < ~FLAG_BITS ? (uint32_t)ring->mask : ~FLAG_BITS;
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
	if (info.flags & BPF_F_RB_OVERWRITE)
		ring->overwritten = ring->producer + OVERWRITTEN_AT;
	cleat_reader_set_fd(r, fd);
	cleat_reader_set_data(r, ring);
	return 0;
}

static uint32_t bytes_of(uint32_t length)
{
	return length & ~FLAG_BITS;
}

static unsigned long after(unsigned long at, uint32_t length)
{
	return at + ((bytes_of(length) + BPF_RINGBUF_HDR_SZ + 7ul) & ~7ul);
}

/*
 * Is there a record at @at that nobody writes to any more; *length has the discard bit. *end is
 * where records ended when that was last looked at: the line it is in is the writers' too.
 */
static bool complete_at(const struct ring *ring, unsigned long at, unsigned long *end,
			uint32_t *length)
{
	const uint32_t *header = (const uint32_t *)(ring->data + (at & ring->mask));

	if (at == *end)
		*end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
	if (at == *end)
		return false;
	*length = __atomic_load_n(header, __ATOMIC_ACQUIRE);
	return !(*length & BPF_RINGBUF_BUSY_BIT);
}

/*
 * The kernel wakes for a record when it sees that we have read up to it. Before we call the ring
 * empty, or wait for a record that is being written, our position must be visible and what we look
 * at fresh, or each side waits for the other: hence the fence and the second look.
 */
static bool next_at(const struct ring *ring, unsigned long at, unsigned long *end, uint32_t *length)
{
	if (complete_at(ring, at, end, length))
		return true;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return complete_at(ring, at, end, length);
}

/*
 * At most once around the ring, so that writers who never stop cannot hold us for ever. Our position is told
 * after each record: a writer that finds it at its own record wakes us for it.
 */
static int drain(struct cleat_reader *r, const struct ring *shared)
{
	const struct ring copy = *shared, *const ring = &copy; /* which nobody else changes */
	const struct cleat_reader_head head = cleat_reader_begin(r, -1);
	unsigned long at = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
	const unsigned long first = at;
	unsigned long end = at;
	int n = 0;

	while (at - first <= ring->mask) {
		const uint8_t *header = ring->data + (at & ring->mask);
		uint32_t length;
		int ret;

		if (!next_at(ring, at, &end, &length))
			break;
		if (__builtin_expect(length > ring->most, 0)) {
			/* The kernel makes none: what follows would be anything. */
			if (bytes_of(length) > ring->mask)
				return -EPROTO;
			/* Nobody writes to it any more: it was discarded. */
			at = after(at, length);
			__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
			continue;
		}
		ret = cleat_reader_next(r, &head, header + BPF_RINGBUF_HDR_SZ, length);
		n++;
		at += (length + BPF_RINGBUF_HDR_SZ + 7ul) & ~7ul;
		__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
		if (ret)
			return ret;
	}
	return n;
}

static bool is_overwritten(const struct ring *ring, unsigned long at, unsigned long *by)
{
	*by = __atomic_load_n(ring->overwritten, __ATOMIC_ACQUIRE);
	return (long)(*by - at) > 0;
}

/* A copy of the record at @at: 1; 0 when it was overwritten meanwhile, and is not to be trusted. */
static int copy_record(struct ring *ring, unsigned long at, uint32_t bytes)
{
	const uint8_t *data = ring->data + (at & ring->mask) + BPF_RINGBUF_HDR_SZ;
	unsigned long by;
	uint8_t *more;

	/* A length that cannot be is one of another record's bytes. */
	if (bytes > ring->mask)
		return is_overwritten(ring, at, &by) ? 0 : -EPROTO;
	if (bytes > ring->copy_bytes) {
		more = realloc(ring->copy, bytes);
		if (!more)
			return -ENOMEM;
		ring->copy = more;
		ring->copy_bytes = bytes;
	}
	if (bytes)
		memcpy(ring->copy, data, bytes);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return !is_overwritten(ring, at, &by);
}

/*
 * Here the kernel does not wait for us, and the place to go on may move at any time: a record counts
 * only if its place was not overwritten until it had been copied.
 */
static int drain_overwritten(struct cleat_reader *r, struct ring *ring)
{
	unsigned long at = __atomic_load_n(ring->consumer, __ATOMIC_RELAXED);
	const unsigned long first = at;
	int n = 0, ret = 0;

	while (at - first <= ring->mask && ret == 0) {
		unsigned long by, end;
		uint32_t length;

		if (is_overwritten(ring, at, &by)) {
			cleat_reader_overwritten(r, by - at);
			at = by;
			__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
		}
		end = at;
		if (!next_at(ring, at, &end, &length))
			break;
		ret = copy_record(ring, at, bytes_of(length));
		if (ret < 0)
			return ret;
		if (ret == 0)
			continue;
		ret = 0;
		at = after(at, length);
		__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			ret = cleat_reader_emit(r, ring->copy, bytes_of(length), -1);
			n++;
		}
	}
	return ret ? ret : n;
}

static int reader_drain(struct cleat_reader *r)
{
	struct ring *ring = cleat_reader_data(r);

	return ring->overwritten ? drain_overwritten(r, ring) : drain(r, ring);
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
