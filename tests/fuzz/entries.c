// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * entries.c - fuzz target: any text as entries of a map, lines or JSON, with the codecs of the real
 * plugins. The first byte chooses the map, of the object that FUZZ_MAPS names. What was read is
 * written, and read again to the same.
 */
#include <cleat/cleat.h>

#include "fuzz.h"

#include "live/entries.h"

static struct cleat *c;
static struct cleat_object *object;

static void open_object(void)
{
	const char *path = getenv("FUZZ_MAPS");

	FUZZ_ASSERT(path && !cleat_open(&c, NULL) && !cleat_object_open(c, path, &object));
	c->possible_cpus = 3;
}

static struct cleat_map *choose(unsigned int i)
{
	unsigned int n = 0;

	while (cleat_object_map_at(object, n))
		n++;
	return n ? cleat_object_map_at(object, i % n) : NULL;
}

/* Entry @i as text, and again as bytes. Values of several CPUs are sums in text. */
static void there_and_back(struct entries *e, size_t i)
{
	struct entries again;
	const uint8_t *key = e->keys + i * e->key_size, *value = e->values + i * e->value_bytes;
	char *text;

	FUZZ_ASSERT(!cleat_map_format_entry(e->map, key, value, false, &text));
	entries_begin(&again, e->map);
	report_clear(c->report);
	if (entries_add(&again, text, "again", 1) == 0 && again.n == 1)
		FUZZ_ASSERT(!memcmp(again.keys, key, e->key_size));
	entries_free(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cleat_map *m;
	struct entries e;
	char *text;
	int err;

	if (!object)
		open_object();
	if (!size || !(m = choose(data[0])))
		return 0;
	if (map_resolve(m)) /* some need what another map says first */
		return 0;
	report_clear(c->report);
	text = fuzz_text(data + 1, size - 1);
	entries_begin(&e, m);
	err = entries_read(&e, "fuzz", text, size - 1);
	FUZZ_REPORTED(c->report, err);
	for (size_t i = 0; !err && i < e.n && i < 4; i++)
		there_and_back(&e, i);
	entries_free(&e);
	free(text);
	return 0;
}
