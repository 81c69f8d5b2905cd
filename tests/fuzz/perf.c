// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * perf.c - fuzz target: any bytes as the contents of a CPU's perf buffer, with any positions, read
 * as the plugin does: records that go around the end, of any size and sort.
 *
 * Eight bytes are positions: ours, and how far the kernel is ahead.
 */
#include "fuzz.h"

#include "live/reader.h"
#include "map/perf_event_array/cpus.c"
#include "map/perf_event_array/perf_event_array.c"

#define BYTES 4096u

/* Each byte is looked at: the sanitizer says where one is not the buffer's. */
static volatile uint8_t sink;

static int take_record(void *user, const struct cleat_record *record)
{
	const uint8_t *p = record->data;

	FUZZ_ASSERT(!p || record->bytes <= BYTES);
	for (size_t i = 0; p && i < record->bytes; i++)
		sink ^= p[i];
	return ++*(int *)user > 10000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct perf_event_mmap_page control = { 0 };
	struct buffers *b = calloc(1, sizeof(*b));
	uint8_t *bytes = calloc(1, BYTES);
	struct buffer one = { .fd = -1, .control = &control, .data = bytes };
	int taken = 0;
	struct cleat_reader r = { .head = { .fn = take_record, .user = &taken, .record = &r.record },
				  .record.size = sizeof(r.record) };
	uint32_t at[2];

	FUZZ_ASSERT(b && bytes);
	if (size >= sizeof(at)) {
		memcpy(at, data, sizeof(at));
		data += sizeof(at);
		size -= sizeof(at);
		if (size)
			memcpy(bytes, data, size > BYTES ? BYTES : size);
		control.data_tail = at[0] & ~7u; /* it is ours */
		control.data_head = control.data_tail + at[1];
		b->first = &one;
		b->cpus = -1;
		b->data_bytes = BYTES;
		r.data = b;
		for (int i = 0; i < 4 && reader_drain(&r) > 0; i++)
			;
	}
	free(b->joined);
	free(b);
	free(bytes);
	return 0;
}
