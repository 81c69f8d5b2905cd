// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * ringbuf.c - fuzz target: any bytes as the contents of a ring buffer, with any positions, read as
 * the plugin does. Whatever is there, records lie in the ring and reading ends.
 *
 * Sixteen bytes are positions: ours, the writers', up to where they wrote over records. The last
 * bit of the first says whether they do.
 */
#include "fuzz.h"

#include "live/reader.h"
#include "map/ringbuf/ringbuf.c"

#define RING 4096u

static struct {
	uint8_t data[2 * RING];
	uint8_t guard[64];
} memory;

/* Each byte is looked at: the sanitizer says where one is not the ring's. */
static volatile uint8_t sink;

static int take(void *user, const struct cleat_record *record)
{
	const uint8_t *p = record->data;

	FUZZ_ASSERT(!p || record->bytes <= RING);
	for (size_t i = 0; p && i < record->bytes; i++)
		sink ^= p[i];
	return ++*(int *)user > 10000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned long consumer, producer, overwritten;
	uint32_t at[4];
	int taken = 0;
	struct ring ring = { .mask = RING - 1 };
	struct cleat_reader r = { .head = { .fn = take, .user = &taken, .record = &r.record },
				  .record.size = sizeof(r.record) };

	if (size < sizeof(at))
		return 0;
	memcpy(at, data, sizeof(at));
	data += sizeof(at);
	size -= sizeof(at);
	size = size > RING ? RING : size;
	memset(&memory, 0, sizeof(memory));
	if (size) {
		memcpy(memory.data, data, size);
		memcpy(memory.data + RING, data, size);
	}
	/* the kernel keeps positions at multiples of 8, and so do we */
	consumer = at[0] & ~7ul;
	producer = consumer + (at[1] & ~7ul);
	overwritten = consumer + (unsigned long)(int32_t)(at[2] & ~7u);
	ring.consumer = &consumer;
	ring.producer = &producer;
	ring.overwritten = at[3] & 1 ? &overwritten : NULL;
	ring.data = memory.data;
	r.data = &ring;
	/* as whoever reads does: until there is nothing, or an error */
	for (int i = 0; i < 4 && reader_drain(&r) > 0; i++)
		;
	free(ring.copy);
	return 0;
}
