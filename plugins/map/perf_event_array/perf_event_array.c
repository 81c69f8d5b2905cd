/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perf_event_array.c - a perf buffer for each CPU, for kernels without ring buffers: its size, and
 * reading it.
 *
 * Layout (perf_event_open(2)): a control page and 2^n data pages; records may be cut at the end of
 * the data and go on at its beginning. Records of one CPU are in order, those of several are not.
 * The event of a CPU that goes is dead, also when the CPU comes back: that one gets another.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "cpus.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
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
	  .help = "wake the reader after so many records on a CPU, or when its buffer is half full" },
};

#define PAGES_MOST (1u << 20)

/* Since 6.0: the number of lost records can be read at any time. */
#define FORMAT_LOST (1u << 4)

static int check_keys(struct cleat *c, const struct cleat_params *p)
{
	uint64_t pages = cleat_param_uint(p, "pages"), wakeup = cleat_param_uint(p, "wakeup");

	if (!pages || (pages & (pages - 1)) || pages > PAGES_MOST)
		return cleat_param_error(c, p, "pages", EINVAL,
					 "'pages' is a power of two up to %u, not %llu", PAGES_MOST,
					 (unsigned long long)pages);
	if (!wakeup || wakeup > UINT32_MAX)
		return cleat_param_error(c, p, "wakeup", EINVAL,
					 "'wakeup' is a number of records from 1 on, not %llu",
					 (unsigned long long)wakeup);
	return 0;
}

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)attr;
	return check_keys(cleat_map_context(m), p);
}

/* One more than the highest number that a CPU can have: numbers may have gaps. */
static uint32_t count_slots(struct cleat *c)
{
	int n = cleat_possible_cpus(c);
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	unsigned int cpu, highest = n > 0 ? (unsigned int)n - 1 : 0;
	char separator;

	while (f && fscanf(f, "%u", &cpu) == 1) {
		highest = cpu > highest ? cpu : highest;
		if (fscanf(f, "%c", &separator) != 1)
			break;
	}
	if (f)
		fclose(f);
	return highest + 1;
}

/* A slot for each CPU unless the object says otherwise; the record's type is not for the kernel. */
static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)p;
	if (!attr->max_entries)
		attr->max_entries = count_slots(cleat_map_context(m));
	attr->key_size = 4;
	attr->value_size = 4;
	attr->no_btf = true;
	return 0;
}

/* Slots hold descriptors of perf events, which have no text. */
static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	(void)text;
	(void)data;
	(void)size;
	if (which == CLEAT_KEY)
		return -EAGAIN;
	cleat_error(cleat_map_context(m), EINVAL, "the slots of a perf event array are not set from text");
	cleat_hint(cleat_map_context(m), "whoever reads its records fills them: an [output] section");
	return -EINVAL;
}

struct buffer {
	struct buffer *next;
	int cpu;
	int fd;
	struct perf_event_mmap_page *control;
	uint8_t *data;
	size_t mapped;
	bool counts_lost; /* the kernel tells the number, also of those at the very end */
	uint64_t lost;	  /* by its records */
	uint64_t said;	  /* handed on */
	bool ended; /* its CPU went: nobody writes to it any more */
	bool replaced; /* the slot in the map is another's */
};

struct buffers {
	struct buffer *first; /* of one CPU, the older ones first */
	struct buffer **end;
	int epoll; /* the reader's */
	int cpus; /* says which come and go, or -1 */
	int unasked; /* dispatches since we looked there */
	uint32_t slots;
	uint32_t wakeup;
	size_t page;
	size_t data_bytes;
	uint8_t *joined; /* a record that was cut, in one piece */
	size_t joined_bytes;
};

static void close_buffer(struct cleat_map *m, const struct buffers *b, struct buffer *one)
{
	uint32_t key = (uint32_t)one->cpu;

	/* Else the map would keep the event, and the kernel would go on filling it. */
	if (one->fd >= 0 && !one->replaced)
		cleat_map_raw_delete(m, &key);
	if (one->control)
		munmap(one->control, one->mapped);
	if (one->fd >= 0) {
		epoll_ctl(b->epoll, EPOLL_CTL_DEL, one->fd, NULL);
		close(one->fd);
	}
	free(one);
}

static void release(struct cleat_map *m, struct buffers *b)
{
	while (b->first) {
		struct buffer *one = b->first;

		b->first = one->next;
		close_buffer(m, b, one);
	}
	if (b->cpus >= 0)
		close(b->cpus);
	free(b->joined);
	free(b);
}

static int open_event(struct buffer *one, uint32_t wakeup)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = wakeup,
		.wakeup_events = wakeup,
		.read_format = FORMAT_LOST,
	};

	one->fd = cleat_sys_perf_open(&attr, -1, one->cpu, 0);
	one->counts_lost = one->fd >= 0;
	if (one->fd == -EINVAL) {
		attr.read_format = 0;
		one->fd = cleat_sys_perf_open(&attr, -1, one->cpu, 0);
	}
	return one->fd < 0 ? one->fd : 0;
}

static int map_buffer(struct cleat_map *m, const struct buffers *b, struct buffer *one)
{
	struct epoll_event event = { .events = EPOLLIN };
	uint32_t key = (uint32_t)one->cpu;
	void *at;

	one->mapped = b->page + b->data_bytes;
	at = mmap(NULL, one->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, one->fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	one->control = at;
	one->data = (uint8_t *)at + b->page;
	if (epoll_ctl(b->epoll, EPOLL_CTL_ADD, one->fd, &event) ||
	    ioctl(one->fd, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	return cleat_map_raw_update(m, &key, &one->fd, BPF_ANY);
}

static int add_buffer(struct cleat_map *m, struct buffers *b, uint32_t cpu)
{
	struct buffer *one = calloc(1, sizeof(*one));
	int err;

	if (!one)
		return -ENOMEM;
	one->cpu = (int)cpu;
	err = open_event(one, b->wakeup);
	if (!err)
		err = map_buffer(m, b, one);
	if (!err) {
		*b->end = one;
		b->end = &one->next;
		return 0;
	}
	/* A CPU that went away meanwhile is none of our business. */
	err = err == -ENODEV && one->fd < 0 ? 0 : err;
	close_buffer(m, b, one);
	return err;
}

static int add_online(struct cleat_map *m, struct buffers *b)
{
	int err = 0;

	for (uint32_t cpu = 0; cpu < b->slots && !err; cpu++)
		if (cleat_cpu_online((int)cpu))
			err = add_buffer(m, b, cpu);
	return err;
}

static int reader_open(struct cleat_map *m, const struct cleat_params *p, struct cleat_reader *r)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat *c = cleat_map_context(m);
	uint32_t slots = count_slots(c);
	struct epoll_event event = { .events = EPOLLIN };
	struct buffers *b;
	int epoll, err = check_keys(c, p);

	if (err)
		return err;
	b = calloc(1, sizeof(*b));
	if (!b)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_map_info(m, &info);
	b->end = &b->first;
	b->slots = info.max_entries < slots ? info.max_entries : slots;
	b->wakeup = (uint32_t)cleat_param_uint(p, "wakeup");
	b->page = (size_t)sysconf(_SC_PAGESIZE);
	b->data_bytes = (size_t)cleat_param_uint(p, "pages") * b->page;
	/* First of all: a CPU that comes while we look is told twice rather than never. */
	b->cpus = cpus_open();
	b->epoll = epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0 || (b->cpus >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, b->cpus, &event)))
		err = -errno;
	if (!err)
		err = add_online(m, b);
	if (!err) {
		cleat_reader_set_fd(r, epoll);
		cleat_reader_set_data(r, b);
		return 0;
	}
	release(m, b);
	if (epoll >= 0)
		close(epoll);
	cleat_error_sys(c, err, "cannot open the perf buffers");
	if (err == -EPERM || err == -ENOMEM)
		cleat_hint(c, "fewer 'pages' may fit into the memory that may be locked");
	return err;
}

/* Whole records of multiples of 8 bytes are all that the kernel makes. */
static bool is_sound(const struct buffers *b, const struct perf_event_header *h, uint64_t left)
{
	return h->size >= sizeof(*h) && h->size % 8 == 0 && h->size <= left &&
	       h->size <= b->data_bytes;
}

/*
 * The record at @at in one piece, of the @left bytes that were written. NULL without memory, or
 * when there is none, which *err says.
 */
static const struct perf_event_header *record_at(struct buffers *b, const struct buffer *one,
						 uint64_t at, uint64_t left, int *err)
{
	size_t start = at & (b->data_bytes - 1), first;
	/* Records are multiples of 8 bytes: a header is never cut. */
	const struct perf_event_header *h = (const void *)(one->data + start);

	*err = is_sound(b, h, left) ? 0 : -EPROTO;
	if (*err)
		return NULL;
	if (start + h->size <= b->data_bytes)
		return h;
	if (h->size > b->joined_bytes) {
		uint8_t *more = realloc(b->joined, h->size);

		if (!more) {
			*err = -ENOMEM;
			return NULL;
		}
		b->joined = more;
		b->joined_bytes = h->size;
	}
	first = b->data_bytes - start;
	memcpy(b->joined, one->data + start, first);
	memcpy(b->joined + first, one->data, h->size - first);
	return (const void *)b->joined;
}

/*
 * The kernel writes how many records were lost in front of the next one that fits; when none comes
 * any more, its counter says it all the same. Both count the same things: the higher one holds.
 */
static void tell_lost(struct cleat_reader *r, struct buffer *one, bool ask)
{
	struct {
		uint64_t value, lost;
	} count;
	uint64_t lost = one->lost;

	if (ask && one->counts_lost && read(one->fd, &count, sizeof(count)) == sizeof(count) &&
	    count.lost > lost)
		lost = count.lost;
	if (lost > one->said)
		cleat_reader_lost(r, lost - one->said, one->cpu);
	one->said = lost > one->said ? lost : one->said;
}

static int take(struct cleat_reader *r, struct buffer *one, const struct perf_event_header *h, int *n)
{
	if (h->type == PERF_RECORD_SAMPLE) {
		uint32_t bytes;

		if (h->size < sizeof(*h) + sizeof(bytes))
			return -EPROTO;
		memcpy(&bytes, h + 1, sizeof(bytes));
		if (bytes > h->size - sizeof(*h) - sizeof(bytes))
			return -EPROTO;
		++*n;
		return cleat_reader_emit(r, (const uint8_t *)(h + 1) + sizeof(bytes), bytes, one->cpu);
	}
	if (h->type == PERF_RECORD_LOST && h->size >= sizeof(*h) + 2 * sizeof(uint64_t)) {
		uint64_t lost[2]; /* id, number */

		memcpy(lost, h + 1, sizeof(lost));
		one->lost += lost[1];
		tell_lost(r, one, false);
	}
	return 0;
}

/* The length of a record has 16 bits. */
#define RECORD_MOST 65536

/*
 * May a record have found no room since all before @at was taken? Asking the kernel interrupts the
 * CPU that writes: not for every handful of records.
 */
static bool may_have_lost(const struct buffers *b, const struct buffer *one, uint64_t at)
{
	uint64_t head = __atomic_load_n(&one->control->data_head, __ATOMIC_ACQUIRE);

	return head - at + RECORD_MOST > b->data_bytes;
}

/*
 * Nearly all records: of a program, and in one piece, of the @room bytes from here to where the first of
 * them or the buffer ends. NULL: look closer.
 */
static const void *plain_sample(const struct perf_event_header *h, uint64_t room, uint32_t *bytes)
{
	if (h->type != PERF_RECORD_SAMPLE || h->size > room || h->size % 8 ||
	    h->size < sizeof(*h) + sizeof(*bytes))
		return NULL;
	memcpy(bytes, h + 1, sizeof(*bytes));
	return *bytes + sizeof(*h) + sizeof(*bytes) <= h->size
		       ? (const uint8_t *)(h + 1) + sizeof(*bytes)
		       : NULL;
}

/*
 * Up to @end, or to the record around it. Where we are is told once for so many: the kernel's position is in
 * the same line of the cache, and whoever writes there takes it from the other.
 */
static int drain_to(struct cleat_reader *r, struct buffers *b, struct buffer *one, uint64_t end,
		    uint64_t head, int *n)
{
	const struct cleat_reader_head copy = cleat_reader_begin(r, one->cpu);
	const uint8_t *const data = one->data;
	const size_t size = b->data_bytes; /* nobody changes these meanwhile */
	uint64_t at = one->control->data_tail;
	int taken = 0, ret = 0;

	while ((int64_t)(end - at) > 0 && ret == 0) {
		size_t start = at & (size - 1);
		const struct perf_event_header *h = (const void *)(data + start);
		uint64_t left = head - at;
		uint32_t bytes;
		const void *sample =
			plain_sample(h, left < size - start ? left : size - start, &bytes);

		if (__builtin_expect(sample != NULL, 1)) {
			at += h->size;
			taken++;
			ret = cleat_reader_next(r, &copy, sample, bytes);
		} else {
			h = record_at(b, one, at, left, &ret);
			if (!h)
				break;
			at += h->size;
			ret = take(r, one, h, &taken);
		}
	}
	__atomic_store_n(&one->control->data_tail, at, __ATOMIC_RELEASE);
	*n += taken;
	return ret;
}

/* What was there at the beginning: writers who never stop cannot hold us for ever. */
static int drain(struct cleat_reader *r, struct buffers *b, struct buffer *one, int *n)
{
	struct perf_event_mmap_page *const control = one->control;
	const uint64_t head = __atomic_load_n(&control->data_head, __ATOMIC_ACQUIRE);
	const uint64_t first = control->data_tail;
	const uint64_t part = b->data_bytes / 8;
	int ret = 0;

	if (first == head && !one->ended)
		return 0;
	while (control->data_tail != head && ret == 0) {
		uint64_t left = head - control->data_tail;

		ret = drain_to(r, b, one, head - (left > part ? left - part : 0), head, n);
	}
	if (ret == 0)
		tell_lost(r, one, one->ended || may_have_lost(b, one, first));
	return ret;
}

/* @came: its slot is for the event that the CPU has from now on. */
static void end_buffers(struct buffers *b, unsigned int cpu, bool came)
{
	for (struct buffer *one = b->first; one; one = one->next) {
		if ((unsigned int)one->cpu != cpu)
			continue;
		one->ended = true;
		one->replaced |= came;
	}
}

/* What was lost on the way may have been about any CPU: all begin anew. */
static int begin_anew(struct cleat_map *m, struct buffers *b)
{
	for (uint32_t cpu = 0; cpu < b->slots; cpu++)
		end_buffers(b, cpu, cleat_cpu_online((int)cpu));
	return add_online(m, b);
}

/* Returns 1 when one came or went, 0, or -errno. */
static int follow_cpus(struct cleat_map *m, struct buffers *b)
{
	int said, err = 0, followed = 0;
	unsigned int cpu;
	bool came;

	while (!err && (said = cpus_next(b->cpus, &cpu, &came)) != 0) {
		followed = 1;
		if (said < 0) {
			err = begin_anew(m, b);
		} else if (cpu < b->slots) {
			end_buffers(b, cpu, came);
			err = came ? add_buffer(m, b, cpu) : 0;
		}
	}
	return err ? err : followed;
}

/* The kernel no longer writes to what has ended: when it is empty, it is of no more use. */
static void remove_ended(struct cleat_map *m, struct buffers *b, struct buffer **at)
{
	struct buffer *one = *at;

	*at = one->next;
	if (b->end == &one->next)
		b->end = at;
	close_buffer(m, b, one);
}

static int drain_all(struct cleat_reader *r, struct buffers *b, int *n)
{
	struct buffer **at = &b->first;
	int ret = 0;

	while (*at && ret == 0) {
		ret = drain(r, b, *at, n);
		if (ret == 0 && (*at)->ended)
			remove_ended(cleat_reader_map(r), b, at);
		else
			at = &(*at)->next;
	}
	return ret;
}

/* Asking is a system call: when the descriptor may have become readable for that, or after so many dispatches. */
#define ASK_EVERY 64

static int reader_drain(struct cleat_reader *r)
{
	struct buffers *b = cleat_reader_data(r);
	int n = 0, ret = drain_all(r, b, &n);

	if (ret == 0 && b->cpus >= 0 && (n == 0 || ++b->unasked == ASK_EVERY)) {
		b->unasked = 0;
		ret = follow_cpus(cleat_reader_map(r), b);
		/* Of what ended the last records are still to be read. */
		if (ret > 0)
			ret = drain_all(r, b, &n);
	}
	return ret ? ret : n;
}

static void reader_close(struct cleat_reader *r)
{
	release(cleat_reader_map(r), cleat_reader_data(r));
}

static const struct cleat_map_plugin perf_event_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "perf_event_array",
			   "a buffer for records for each CPU"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = prepare,
	.parse = parse,
	.reader_open = reader_open,
	.reader_drain = reader_drain,
	.reader_close = reader_close,
};
CLEAT_PLUGIN(perf_event_array)
