/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * user_ringbuf.c - a ring buffer that user space writes and programs read.
 *
 * Layout (kernel/bpf/ringbuf.c): a consumer page that only the kernel writes, a producer page and the
 * data twice in a row, which are ours. A record is an 8-byte header, its length in the first word,
 * and the data, rounded up to 8 bytes. It is there when the producer's position has passed it.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>
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

/* Data first, then the header, then the position: who sees the position sees all of it. */
static int append(const unsigned long *consumer, unsigned long *producer, uint8_t *ring,
		  uint32_t size, const void *data, uint32_t bytes)
{
	uint32_t total = (bytes + BPF_RINGBUF_HDR_SZ + 7) & ~7u;
	unsigned long at = __atomic_load_n(producer, __ATOMIC_RELAXED);
	unsigned long read_to = __atomic_load_n(consumer, __ATOMIC_ACQUIRE);
	uint32_t header[2] = { bytes, 0 };

	if (size - (at - read_to) < total)
		return -ENOSPC;
	ring += at & (size - 1);
	memcpy(ring + BPF_RINGBUF_HDR_SZ, data, bytes);
	memcpy(ring, header, sizeof(header));
	__atomic_store_n(producer, at + total, __ATOMIC_RELEASE);
	return 0;
}

static int write_record(struct cleat_map *m, const void *data, size_t bytes)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), mapped;
	void *consumer, *producer;
	int err;

	cleat_map_info(m, &info);
	if (!bytes || bytes > info.max_entries - BPF_RINGBUF_HDR_SZ)
		return cleat_error(c, E2BIG, "a record has 1 to %u bytes, not %zu",
				   info.max_entries - BPF_RINGBUF_HDR_SZ, bytes);
	mapped = page + 2 * (size_t)info.max_entries;
	consumer = mmap(NULL, page, PROT_READ, MAP_SHARED, cleat_map_fd(m), 0);
	if (consumer == MAP_FAILED)
		return cleat_error_sys(c, errno, "cannot map the ring buffer");
	producer = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, cleat_map_fd(m),
			(off_t)page);
	if (producer == MAP_FAILED) {
		err = cleat_error_sys(c, errno, "cannot map the ring buffer");
	} else {
		err = append(consumer, producer, (uint8_t *)producer + page, info.max_entries, data,
			     (uint32_t)bytes);
		munmap(producer, mapped);
	}
	munmap(consumer, page);
	if (err != -ENOSPC)
		return err;
	return cleat_error(c, ENOSPC, "the ring is full: no program has read what is in it");
}

static const struct cleat_map_plugin user_ringbuf = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "user_ringbuf",
			   "records from user space to programs"),
	CLEAT_TABLE(types, types),
	.check = check,
	.prepare = prepare,
	.write = write_record,
};
CLEAT_PLUGIN(user_ringbuf)
