/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapcalls - what <cleat/map.h> promises of each call: what it returns, whether it says why, and what it leaves
 * behind. Maps are made without an object, but for one of OBJECT. Knows the library's public face only.
 * usage: mapcalls OBJECT, mapstress.bpf.o. Exits with 0, or says which promise was not kept.
 */
#include <cleat/cleat.h>
#include <cleat/uapi.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM 4u

static struct cleat *context;
static int broken;

/* @got is what was promised, and there is a reason told exactly when @told. */
static void expect(const char *promise, long long got, long long wanted, bool told)
{
	size_t said = cleat_diag_count(context);

	if (got == wanted && (said > 0) == told)
		return;
	printf("%s: %lld, not %lld, with %zu messages\n", promise, got, wanted, said);
	broken++;
}

static struct cleat_map *make(const char *type, const char *key_size, const char *value_size)
{
	const char *params[] = { value_size, "max-entries=4", key_size, NULL };
	struct cleat_map *m;

	if (cleat_map_create(context, type, "mapcalls", params, &m) == 0)
		return m;
	for (size_t i = 0; i < cleat_diag_count(context); i++)
		printf("%s: %s\n", type, cleat_diag_get(context, i)->what);
	exit(1);
}

static void fill(struct cleat_map *m, uint32_t n)
{
	for (uint32_t key = 0; key < n; key++) {
		uint64_t value = key * 10;

		expect("update", cleat_map_update(m, &key, &value, BPF_ANY), 0, false);
	}
}

/* ---- calls --------------------------------------------------------------------------------------- */

static void entries(void)
{
	struct cleat_map *m = make("hash", "key-size=4", "value-size=8");
	uint32_t key = 7, next;
	uint64_t value = 0;

	expect("no object", cleat_map_object(m) != NULL, 0, false);
	expect("a sum of one CPU", cleat_map_sum(m, &value, &value), -EOPNOTSUPP, false);
	expect("the first key of none", cleat_map_next_key(m, NULL, &next), -ENOENT, false);
	expect("look-up of none", cleat_map_lookup(m, &key, &value, 0), -ENOENT, false);
	expect("deletion of none", cleat_map_delete(m, &key), -ENOENT, false);
	fill(m, ROOM);
	key = 2;
	expect("look-up", cleat_map_lookup(m, &key, &value, 0), 0, false);
	expect("its value", (long long)value, 20, false);
	expect("BPF_NOEXIST", cleat_map_update(m, &key, &value, BPF_NOEXIST), -EEXIST, true);
	key = 7;
	expect("BPF_EXIST", cleat_map_update(m, &key, &value, BPF_EXIST), -ENOENT, false);
	expect("a full map", cleat_map_update(m, &key, &value, BPF_ANY), -E2BIG, true);
	expect("push where there are keys", cleat_map_push(m, &value, 0), -EOPNOTSUPP, true);
	expect("pop", cleat_map_pop(m, &value), -EOPNOTSUPP, true);
	expect("peek", cleat_map_peek(m, &value), -EOPNOTSUPP, true);
	expect("write to no ring", cleat_map_write(m, &value, sizeof(value)), -EOPNOTSUPP, true);
	expect("the memory of a hash", cleat_map_memory(m, NULL) != NULL, 0, true);
	expect("attach", cleat_map_attach(m, NULL), -EOPNOTSUPP, true);
	expect("a key of a map that is there", cleat_map_set_param(m, "max-entries", "8"), -EBUSY,
	       true);
	cleat_map_close(m);
	cleat_map_close(NULL);
}

static void array(void)
{
	struct cleat_map *m = make("array", "key-size=4", "value-size=8");
	uint32_t key = ROOM;
	uint64_t value = 1;

	expect("look-up behind the end", cleat_map_lookup(m, &key, &value, 0), -ERANGE, true);
	expect("update there", cleat_map_update(m, &key, &value, BPF_ANY), -ERANGE, true);
	key = 0;
	expect("deletion", cleat_map_delete(m, &key) < 0, 1, true);
	cleat_map_close(m);
}

static void keyless(const char *type, uint64_t first)
{
	struct cleat_map *m = make(type, NULL, "value-size=8");
	uint64_t value;

	expect("pop of an empty one", cleat_map_pop(m, &value), -ENOENT, false);
	expect("peek", cleat_map_peek(m, &value), -ENOENT, false);
	for (value = 1; value <= ROOM; value++)
		expect("push", cleat_map_push(m, &value, BPF_ANY), 0, false);
	expect("push into a full one", cleat_map_push(m, &value, BPF_ANY), -E2BIG, true);
	expect("BPF_EXIST makes room", cleat_map_push(m, &value, BPF_EXIST), 0, false);
	expect("peek", cleat_map_peek(m, &value), 0, false);
	expect("what is next", (long long)value, (long long)first, false);
	expect("it stays there", cleat_map_pop(m, &value), 0, false);
	expect("and is taken", (long long)value, (long long)first, false);
	cleat_map_close(m);
}

/* ---- many ---------------------------------------------------------------------------------------- */

struct walk {
	struct cleat_map *m;
	int n, stop_at;
};

static int on_entry(void *user, const void *key, const void *value)
{
	struct walk *w = user;

	(void)value;
	if (++w->n == w->stop_at)
		return 42;
	return cleat_map_delete(w->m, key);
}

static void many(void)
{
	struct cleat_map *m = make("hash", "key-size=4", "value-size=8");
	const uint32_t keys[] = { 0, 9, 1, 2, 3, 4, 5 };
	uint64_t values[7] = { 0 };
	struct walk w = { .m = m };
	size_t n = 6;

	expect("one more than there is room for",
	       cleat_map_update_batch(m, keys, values, &n, BPF_ANY), -E2BIG, true);
	expect("as many as are in", (long long)n, ROOM, true);
	n = 0;
	expect("none", cleat_map_update_batch(m, keys, values, &n, BPF_ANY), 0, false);
	n = 7;
	expect("keys that are not there count", cleat_map_delete_batch(m, keys, &n), 0, false);
	expect("as done", (long long)n, 7, false);
	fill(m, ROOM);
	w.stop_at = 2;
	expect("what stops a walk", cleat_map_each(m, on_entry, &w), 42, false);
	expect("stops it there", w.n, 2, false);
	w = (struct walk) { .m = m };
	expect("a walk may delete", cleat_map_each(m, on_entry, &w), 0, false);
	expect("what is left", w.n, ROOM - 1, false);
	fill(m, 3);
	expect("clear", cleat_map_clear(m, &n), 0, false);
	expect("how many went", (long long)n, 3, false);
	expect("clear again", cleat_map_clear(m, NULL), 0, false);
	cleat_map_close(m);
}

static void sums(void)
{
	struct cleat_map *m = make("percpu_array", "key-size=4", "value-size=8");
	struct cleat_map_info info = { .size = sizeof(info) };
	uint64_t *value, sum = 0;
	size_t n;

	expect("info", cleat_map_info(m, &info), 0, false);
	n = info.value_bytes / sizeof(*value);
	expect("a value for each CPU", (long long)n >= sysconf(_SC_NPROCESSORS_CONF), 1, false);
	value = calloc(n, sizeof(*value));
	if (!value)
		exit(1);
	for (size_t i = 0; i < n; i++)
		value[i] = i + 1;
	expect("sum", cleat_map_sum(m, value, &sum), 0, false);
	expect("of all", (long long)sum, (long long)(n * (n + 1) / 2), false);
	if (n > 1) {
		value[0] = UINT64_MAX;
		expect("a sum too large", cleat_map_sum(m, value, &sum), -ERANGE, false);
	}
	free(value);
	cleat_map_close(m);
}

/* ---- text ---------------------------------------------------------------------------------------- */

static int on_text(void *user, const char *text, size_t bytes)
{
	(void)text;
	*(size_t *)user += bytes;
	return 0;
}

static void text(void)
{
	static const char list[] = "1 -> 10\n2 -> 20\n";
	struct cleat_map_load_options options = { .size = sizeof(options), .flags = BPF_NOEXIST };
	struct cleat_map_loaded done = { .size = sizeof(done) };
	struct cleat_map *m = make("hash", "key-size=4", "value-size=8");
	size_t bytes = 0;
	uint32_t key = 5;
	char *made;

	expect("set", cleat_map_set(m, "5", "50", BPF_ANY), 0, false);
	expect("no number", cleat_map_set(m, "five", "50", BPF_ANY), -EINVAL, true);
	expect("format", cleat_map_format(m, CLEAT_KEY, &key, false, &made), 0, false);
	expect("as it was", strcmp(made, "5"), 0, false);
	free(made);
	expect("load", cleat_map_load(m, NULL, list, sizeof(list) - 1, NULL, &done), 0, false);
	expect("how many", (long long)done.entries, 2, false);
	expect("that are there", cleat_map_load(m, NULL, list, sizeof(list) - 1, &options, &done),
	       -EEXIST, true);
	expect("none went in", (long long)done.entries, 0, true);
	options = (struct cleat_map_load_options) { .size = sizeof(options), .replace = true };
	expect("replace", cleat_map_load(m, NULL, list, sizeof(list) - 1, &options, &done), 0,
	       false);
	expect("the other one went", (long long)done.deleted, 1, false);
	expect("a list that is wrong", cleat_map_load(m, NULL, "1 -> x\n", 7, NULL, &done), -EINVAL,
	       true);
	expect("nothing was done", (long long)done.listed, 0, true);
	expect("dump", cleat_map_dump(m, false, on_text, &bytes), 0, false);
	expect("what was loaded", (long long)bytes, (long long)sizeof(list) - 1, false);
	cleat_map_close(m);
}

/* ---- others -------------------------------------------------------------------------------------- */

static void making(void)
{
	const char *none[] = { "key-size=4", "value-size=8", "max-entries=0", NULL };
	struct cleat_map *m = (void *)&broken, *same;
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat_reader *reader;
	struct cleat_writer *writer;
	char id[16];

	expect("a map that cannot be", cleat_map_create(context, "hash", "no", none, &m) < 0, 1,
	       true);
	expect("is none", m != NULL, 0, true);
	expect("a map that is not there", cleat_map_find(context, "no_such_map", &m), -ENOENT,
	       true);
	m = make("hash", "key-size=4", "value-size=8");
	cleat_map_info(m, &info);
	snprintf(id, sizeof(id), "%u", info.id);
	expect("found by its id", cleat_map_find(context, id, &same), 0, false);
	expect("by its name", strcmp(cleat_map_name(same), "mapcalls"), 0, false);
	cleat_map_close(same);
	expect("a reader of no ring", cleat_reader_open(m, NULL, NULL, NULL, &reader), -EOPNOTSUPP,
	       true);
	expect("a writer of no ring", cleat_writer_open(m, &writer), -EOPNOTSUPP, true);
	cleat_map_close(m);
	expect("gone with its last user", cleat_map_find(context, id, &same), -ENOENT, true);
}

/* A map of an object is one that is there already, when it is the same. */
static void adopting(const char *path)
{
	struct cleat_map_info info = { .size = sizeof(info) }, others = { .size = sizeof(others) };
	struct cleat_map *narrow = make("hash", "key-size=4", "value-size=8"), *m, *same;
	char key_size[32], value_size[32], entries[32];
	const char *const params[] = { key_size, value_size, entries, NULL };
	struct cleat_object *o;

	expect("open", cleat_object_open(context, path, &o), 0, false);
	m = cleat_object_map(o, "hash");
	expect("no descriptor yet", cleat_map_fd(m), -1, false);
	cleat_map_info(m, &info);
	snprintf(key_size, sizeof(key_size), "key-size=%u", info.key_size);
	snprintf(value_size, sizeof(value_size), "value-size=%u", info.value_size);
	snprintf(entries, sizeof(entries), "max-entries=%u", info.max_entries);
	expect("create", cleat_map_create(context, "hash", "same", params, &same), 0, false);
	expect("set before it is made", cleat_map_set(m, "1", "1", BPF_ANY), -EBADF, true);
	expect("another one", cleat_map_adopt(m, cleat_map_fd(narrow)), 0, false);
	expect("does not fit", cleat_object_load(o) < 0, 1, true);
	expect("the same", cleat_map_adopt(m, cleat_map_fd(same)), 0, false);
	expect("load", cleat_object_load(o), 0, false);
	cleat_map_info(m, &info);
	cleat_map_info(same, &others);
	expect("which it is", info.id, others.id, false);
	expect("its object", cleat_map_object(m) == o, 1, false);
	cleat_object_close(o);
	cleat_map_close(same);
	cleat_map_close(narrow);
}

int main(int argc, char **argv)
{
	if (argc != 2 || cleat_open(&context, NULL))
		return 1;
	entries();
	array();
	keyless("queue", 2);
	keyless("stack", ROOM + 1);
	many();
	sums();
	text();
	making();
	adopting(argv[1]);
	cleat_close(context);
	if (!broken)
		puts("all is well");
	return broken != 0;
}
