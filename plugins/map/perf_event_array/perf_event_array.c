/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perf_event_array.c - a perf buffer for each CPU, for kernels without ring buffers: its size, and
 * reading it.
 *
 * Layout (perf_event_open(2)): a control page and 2^n data pages; records may be cut at the end of
 * the data and go on at its beginning. Records of one CPU are in order, those of several are not.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_NO_ITERATE | CLEAT_MAP_FD_VALUE,
	  .name = "perf_event_array" },
};

static const struct cleat_key keys[] = {
	{ .name = "pages", .type = CLEAT_TYPE_UINT, .preset = "64",
	  .help = "pages of the buffer of each CPU, a power of two" },
	{ .name = "wakeup", .type = CLEAT_TYPE_UINT, .preset = "1",
	  .help = "wake the reader after so many records; more cost the program less" },
};

/* A slot for each CPU unless the object says otherwise; the record's type is not for the kernel. */
static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)p;
	if (!attr->max_entries)
		attr->max_entries = (uint32_t)cleat_possible_cpus(cleat_map_context(m));
	attr->key_size = 4;
	attr->value_size = 4;
	attr->no_btf = true;
	return 0;
}

struct buffer {
	int cpu;
	int fd;
	struct perf_event_mmap_page *control;
	uint8_t *data;
	size_t mapped;
};

struct buffers {
	size_t n;
	size_t page;
	size_t data_bytes;
	uint8_t *joined; /* a record that was cut, in one piece */
	size_t joined_bytes;
	struct buffer all[];
};

static void release(struct buffers *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->all[i].control)
			munmap(b->all[i].control, b->all[i].mapped);
		if (b->all[i].fd >= 0)
			close(b->all[i].fd);
	}
	free(b->joined);
	free(b);
}

static int open_buffer(struct cleat_map *m, struct buffers *b, struct buffer *one, uint64_t wakeup,
		       int epoll)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = wakeup,
		.wakeup_events = (uint32_t)wakeup,
	};
	struct epoll_event event = { .events = EPOLLIN };
	uint32_t key = (uint32_t)one->cpu;
	int err;

	one->fd = cleat_sys_perf_open(&attr, -1, one->cpu, 0);
	if (one->fd < 0)
		return one->fd;
	one->mapped = b->page + b->data_bytes;
	one->control = mmap(NULL, one->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, one->fd, 0);
	if (one->control == MAP_FAILED) {
		one->control = NULL;
		return -errno;
	}
	one->data = (uint8_t *)one->control + b->page;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event) ||
	    ioctl(one->fd, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	err = cleat_map_raw_update(m, &key, &one->fd, BPF_ANY);
	return err;
}

static int reader_open(struct cleat_map *m, const struct cleat_params *p, struct cleat_reader *r)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	uint64_t pages = cleat_param_uint(p, "pages"), wakeup = cleat_param_uint(p, "wakeup");
	int cpus = cleat_possible_cpus(c), epoll, err = 0;
	struct buffers *b;

	if (!pages || (pages & (pages - 1)) || pages > 1 << 20)
		return cleat_param_error(c, p, "pages", EINVAL,
					 "'pages' is a power of two, not %llu",
					 (unsigned long long)pages);
	cleat_map_info(m, &info);
	b = calloc(1, sizeof(*b) + (size_t)cpus * sizeof(b->all[0]));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!b || epoll < 0) {
		err = b ? -errno : -ENOMEM;
		free(b);
		if (epoll >= 0)
			close(epoll);
		return cleat_error_sys(c, err, "cannot open the perf buffers");
	}
	cleat_reader_set_fd(r, epoll);
	cleat_reader_set_data(r, b);
	b->page = (size_t)sysconf(_SC_PAGESIZE);
	b->data_bytes = (size_t)pages * b->page;
	for (int cpu = 0; cpu < cpus && (uint32_t)cpu < info.max_entries && !err; cpu++) {
		if (!cleat_cpu_online(cpu))
			continue;
		b->all[b->n] = (struct buffer){ .cpu = cpu, .fd = -1 };
		err = open_buffer(m, b, &b->all[b->n++], wakeup ? wakeup : 1, epoll);
		/* A CPU that went away meanwhile is none of our business. */
		if (err == -ENODEV) {
			b->n--;
			err = 0;
		}
	}
	if (err) {
		release(b);
		return cleat_error_sys(c, err, "cannot open the perf buffers");
	}
	return 0;
}

/* The record at @at in one piece. NULL without memory. */
static const struct perf_event_header *record_at(struct buffers *b, const struct buffer *one,
						 uint64_t at)
{
	size_t start = at & (b->data_bytes - 1), first;
	/* Records are multiples of 8 bytes: a header is never cut. */
	const struct perf_event_header *h = (const void *)(one->data + start);

	if (start + h->size <= b->data_bytes)
		return h;
	if (h->size > b->joined_bytes) {
		uint8_t *more = realloc(b->joined, h->size);

		if (!more)
			return NULL;
		b->joined = more;
		b->joined_bytes = h->size;
	}
	first = b->data_bytes - start;
	memcpy(b->joined, one->data + start, first);
	memcpy(b->joined + first, one->data, h->size - first);
	return (const void *)b->joined;
}

static int drain(struct cleat_reader *r, struct buffers *b, struct buffer *one, int *n)
{
	uint64_t head = __atomic_load_n(&one->control->data_head, __ATOMIC_ACQUIRE);
	uint64_t at = one->control->data_tail;
	int ret = 0;

	while (at < head && ret == 0) {
		const struct perf_event_header *h = record_at(b, one, at);

		if (!h)
			return -ENOMEM;
		if (h->size < sizeof(*h))
			return -EPROTO;
		if (h->type == PERF_RECORD_SAMPLE) {
			const uint32_t *size = (const uint32_t *)(h + 1);

			if (*size > h->size - sizeof(*h) - sizeof(*size))
				return -EPROTO;
			ret = cleat_reader_emit(r, size + 1, *size, one->cpu);
			++*n;
		} else if (h->type == PERF_RECORD_LOST) {
			const uint64_t *lost = (const uint64_t *)(h + 1); /* id, number */

			cleat_reader_lost(r, lost[1], one->cpu);
		}
		at += h->size;
		__atomic_store_n(&one->control->data_tail, at, __ATOMIC_RELEASE);
	}
	return ret;
}

static int reader_drain(struct cleat_reader *r)
{
	struct buffers *b = cleat_reader_data(r);
	int n = 0, ret = 0;

	for (size_t i = 0; i < b->n && ret == 0; i++)
		ret = drain(r, b, &b->all[i], &n);
	return ret ? ret : n;
}

static void reader_close(struct cleat_reader *r)
{
	release(cleat_reader_data(r));
}

static const struct cleat_map_plugin perf_event_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "perf_event_array",
			   "a buffer for records for each CPU"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.prepare = prepare,
	.reader_open = reader_open,
	.reader_drain = reader_drain,
	.reader_close = reader_close,
};
CLEAT_PLUGIN(perf_event_array)
