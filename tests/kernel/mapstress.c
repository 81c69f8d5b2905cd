/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapstress - walks maps while a thread changes them, and reads rings while a thread fills them:
 * nothing that stays may be missed, nothing may come twice or torn, what is lost must be counted,
 * and nobody may wait for ever. Knows the library's public face only.
 *
 *   walk OBJECT MAP SECONDS     walk MAP as often as possible beside a writer
 *   delete OBJECT MAP           delete every other entry from within a walk
 *   many OBJECT MAP             fill MAP and empty it, by batches
 *   memory OBJECT MAP           share the values of an array with the kernel
 *   ring OBJECT COUNT           read COUNT records from the ring, waiting edge-triggered
 *   perf OBJECT COUNT           read COUNT records from perf buffers, counting lost ones
 *   stop OBJECT                 stop in the middle of a dispatch, and go on
 *
 * Exits with 0, or says what was wrong.
 */
#include <cleat/cleat.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STABLE 1000u /* entries that stay */
#define SPACE 4000u  /* and those that come and go */

static void complain(struct cleat *c)
{
	char text[4096];

	for (size_t i = 0; c && i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		printf("%s\n", text);
	}
}

#define MUST(c, call)                                                            \
	do {                                                                     \
		long must_ = (call);                                             \
		if (must_ < 0) {                                                 \
			printf("line %d: %s: %ld\n", __LINE__, #call, must_);    \
			complain(c);                                             \
			exit(1);                                                 \
		}                                                                \
	} while (0)

#define CHECK(cond, ...)                                      \
	do {                                                  \
		if (!(cond)) {                                \
			printf("line %d: ", __LINE__);        \
			printf(__VA_ARGS__);                  \
			printf("\n");                         \
			exit(1);                              \
		}                                             \
	} while (0)

struct world {
	struct cleat *c;
	struct cleat_object *o;
	struct cleat_map *m;
	volatile bool end;
	/* walking */
	uint8_t seen[SPACE];
	size_t key_size, value_bytes;
	unsigned long writes, walks;
	/* reading */
	uint64_t todo, next, got, lost, errors;
	int stop_at;
};

static void *variable(struct world *w, const char *name)
{
	void *at = cleat_object_global_memory(w->o, name, NULL);

	CHECK(at, "no variable '%s'", name);
	return at;
}

static uint64_t value_of(struct world *w, const char *name)
{
	return *(volatile uint64_t *)variable(w, name);
}

/* ---- walking --------------------------------------------------------------------------------- */

/* A number, or the length of a prefix and a number. */
static void set_key(struct world *w, uint8_t *key, uint32_t n)
{
	uint32_t length = 32;

	memcpy(key + w->key_size - sizeof(n), &n, sizeof(n));
	if (w->key_size > sizeof(n))
		memcpy(key, &length, sizeof(length));
}

static uint32_t number_of(const struct world *w, const uint8_t *key)
{
	uint32_t n;

	memcpy(&n, key + w->key_size - sizeof(n), sizeof(n));
	return n;
}

/* Adds and deletes what is not stable, from another thread than the context's. */
static void *write_entries(void *data)
{
	struct world *w = data;
	uint8_t key[16], *value = calloc(1, w->value_bytes);
	unsigned int seed = 1;
	uint32_t n;
	int err;

	while (!w->end) {
		n = STABLE + (uint32_t)rand_r(&seed) % (SPACE - STABLE);
		set_key(w, key, n);
		err = rand_r(&seed) % 2 ? cleat_map_update(w->m, key, value, 0) :
					  cleat_map_delete(w->m, key);
		if (err && err != -ENOENT)
			w->errors++;
		w->writes++;
	}
	free(value);
	return NULL;
}

static int see(void *user, const void *key, const void *value)
{
	struct world *w = user;
	uint32_t n = number_of(w, key);

	(void)value;
	CHECK(n < SPACE, "an entry that nobody put in: %u", n);
	CHECK(w->seen[n] == 0, "entry %u comes twice", n);
	w->seen[n] = 1;
	return 0;
}

static void put_stable(struct world *w)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	uint8_t key[16], *value;

	MUST(w->c, cleat_object_create_maps(w->o));
	cleat_map_info(w->m, &info);
	w->key_size = info.key_size;
	w->value_bytes = info.value_bytes;
	value = calloc(1, info.value_bytes);
	for (uint32_t n = 0; n < STABLE; n++) {
		set_key(w, key, n);
		MUST(w->c, cleat_map_update(w->m, key, value, 0));
	}
	free(value);
}

static int walk(struct world *w, unsigned int seconds)
{
	time_t end;
	pthread_t writer;

	put_stable(w);
	CHECK(!pthread_create(&writer, NULL, write_entries, w), "no thread");
	for (end = time(NULL) + seconds; time(NULL) < end; w->walks++) {
		memset(w->seen, 0, sizeof(w->seen));
		MUST(w->c, cleat_map_each(w->m, see, w));
		for (uint32_t n = 0; n < STABLE; n++)
			CHECK(w->seen[n], "walk %lu: entry %u is missed", w->walks, n);
	}
	w->end = true;
	pthread_join(writer, NULL);
	CHECK(w->walks > 1 && w->writes > 100, "%lu walks beside %lu writes are no test", w->walks,
	      w->writes);
	CHECK(!w->errors, "%lu writes went wrong", (unsigned long)w->errors);
	printf("%lu walks, %lu writes\n", w->walks, w->writes);
	return 0;
}

static int delete_odd(void *user, const void *key, const void *value)
{
	struct world *w = user;

	see(w, key, value);
	return number_of(w, key) % 2 ? cleat_map_delete(w->m, key) : 0;
}

static int stop_at_third(void *user, const void *key, const void *value)
{
	int *n = user;

	(void)key;
	(void)value;
	return ++*n == 3 ? -4711 : 0;
}

static int delete_in_walk(struct world *w)
{
	uint32_t left = 0;
	int n = 0;

	put_stable(w);
	MUST(w->c, cleat_map_each(w->m, delete_odd, w));
	for (uint32_t i = 0; i < STABLE; i++)
		CHECK(w->seen[i], "entry %u is missed", i);
	memset(w->seen, 0, sizeof(w->seen));
	MUST(w->c, cleat_map_each(w->m, see, w));
	for (uint32_t i = 0; i < STABLE; i++)
		left += w->seen[i];
	CHECK(left == STABLE / 2, "%u entries are left, not %u", left, STABLE / 2);
	CHECK(cleat_map_each(w->m, stop_at_third, &n) == -4711 && n == 3, "a walk does not stop");
	CHECK(!cleat_diag_count(w->c), "a walk that was stopped complains");
	return 0;
}

/* One entry more than fits, and keys that are not there: the counts say what was done. */
static int many(struct world *w)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	uint32_t room;
	uint8_t *keys, *values;
	size_t n, left = 0;
	int err;

	MUST(w->c, cleat_object_create_maps(w->o));
	cleat_map_info(w->m, &info);
	w->key_size = info.key_size;
	room = info.max_entries;
	keys = calloc(room + 1, info.key_size);
	values = calloc(room + 1, info.value_bytes);
	for (uint32_t i = 0; i <= room; i++)
		set_key(w, keys + i * info.key_size, i);
	n = room + 1;
	CHECK(cleat_map_update_batch(w->m, keys, values, &n, 0) < 0 && n == room,
	      "%zu of %u entries fit", n, room);
	CHECK(cleat_diag_count(w->c) == 1, "what was wrong is not said once");
	n = 3;
	err = cleat_map_update_batch(w->m, keys, values, &n, 1);
	/* A full trie is full, before 6.13, and whether a key is there is looked at later. */
	CHECK((err == -EEXIST || (!strcmp(info.type, "lpm_trie") && err == -ENOSPC)) && n == 0,
	      "%zu are new: %s", n, strerror(-err));
	n = room + 1;
	MUST(w->c, cleat_map_delete_batch(w->m, keys, &n));
	CHECK(n == room + 1, "only %zu are deleted", n);
	n = room / 2;
	MUST(w->c, cleat_map_update_batch(w->m, keys, values, &n, 0));
	MUST(w->c, cleat_map_clear(w->m, &left));
	CHECK(left == room / 2, "%zu are cleared, not %u", left, room / 2);
	CHECK(cleat_map_next_key(w->m, NULL, keys) == -ENOENT, "something is left");
	free(keys);
	free(values);
	return 0;
}

static int memory(struct world *w)
{
	uint32_t key = 4000, value = 77, *other;
	volatile uint8_t *at;
	size_t bytes = 0;

	CHECK(!cleat_map_memory(w->m, NULL), "memory of a map that is not there");
	MUST(w->c, cleat_object_create_maps(w->o));
	at = cleat_map_memory(w->m, &bytes);
	CHECK(at && bytes >= 4096 * 8, "%zu bytes are shared", bytes);
	MUST(w->c, cleat_map_update(w->m, &key, &value, 0));
	CHECK(*(volatile uint32_t *)(at + 4000 * 8) == 77, "what was set is not in memory");
	*(volatile uint32_t *)(at + 4000 * 8) = 78;
	MUST(w->c, cleat_map_lookup(w->m, &key, &value, 0));
	CHECK(value == 78, "what was written is not in the map");
	other = cleat_map_memory(cleat_object_map(w->o, "hash"), NULL);
	CHECK(!other && cleat_diag_count(w->c) == 1, "a hash table is shared");
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* On one CPU all the time: a perf buffer is one CPU's, and only its own records are in order. */
static void stay_here(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	CHECK(!sched_setaffinity(0, sizeof(here), &here), "cannot stay on one CPU");
}

static void *make_records(void *data)
{
	struct world *w = data;
	volatile uint32_t *thread = variable(w, "only_thread");

	stay_here();
	*thread = (uint32_t)syscall(SYS_gettid);
	for (uint64_t i = 0; i < w->todo; i++)
		syscall(SYS_getppid);
	*thread = 0;
	return NULL;
}

static int on_record(void *user, const struct cleat_record *r)
{
	struct world *w = user;
	uint64_t words[64]; /* records of perf buffers are aligned to 4 bytes only */

	w->lost += r->lost;
	if (!r->data)
		return 0;
	CHECK(r->bytes >= sizeof(*words) && r->bytes <= sizeof(words), "a record of %zu bytes",
	      r->bytes);
	memcpy(words, r->data, r->bytes);
	CHECK(words[0] >= w->next, "record %lu comes after record %lu", (unsigned long)words[0],
	      (unsigned long)w->next - 1);
	for (size_t i = 1; i < (r->bytes - 4) / sizeof(*words); i++)
		CHECK(words[i] == words[0], "record %lu is torn", (unsigned long)words[0]);
	w->next = words[0] + 1;
	w->got++;
	return w->stop_at && w->got % (uint64_t)w->stop_at == 0 ? 4711 : 0;
}

static struct cleat_reader *begin(struct world *w, const char *map, const char *const *params)
{
	struct cleat_reader_options options = { .size = sizeof(options), .params = params };
	struct cleat_reader *r;

	MUST(w->c, cleat_object_load(w->o));
	MUST(w->c, cleat_object_attach(w->o));
	MUST(w->c, cleat_reader_open(cleat_object_map(w->o, map), &options, on_record, w, &r));
	return r;
}

/*
 * Edge-triggered, inside another epoll, and never dispatched without being woken: a wake-up that is
 * lost shows as a wait that does not end.
 */
static void read_all(struct world *w, struct cleat_reader *r, bool edge)
{
	struct epoll_event event = { .events = EPOLLIN | (edge ? EPOLLET : 0) };
	int epoll = epoll_create1(0), n;
	pthread_t writer;
	bool joined = false;

	CHECK(!epoll_ctl(epoll, EPOLL_CTL_ADD, cleat_reader_fd(r), &event), "cannot wait");
	CHECK(!pthread_create(&writer, NULL, make_records, w), "no thread");
	for (;;) {
		n = epoll_wait(epoll, &event, 1, joined ? 0 : 200);
		if (n == 0 && joined)
			break;
		if (n == 0) {
			/* silence: either all is made, or we sleep over something */
			if (value_of(w, "number") < w->todo)
				continue;
			pthread_join(writer, NULL);
			joined = true;
		}
		while (n > 0 && (n = cleat_reader_dispatch(r)) > 0)
			;
		MUST(w->c, n);
	}
	close(epoll);
	CHECK(value_of(w, "number") >= w->todo, "only %lu records were made",
	      (unsigned long)value_of(w, "number"));
}

static int ring(struct world *w, uint64_t count)
{
	struct cleat_reader *r;
	uint64_t made;

	w->todo = count;
	MUST(w->c, cleat_object_set_global(w->o, "to_ring", "1"));
	MUST(w->c, cleat_object_set_global(w->o, "discard_every", "7"));
	r = begin(w, "ring", NULL);
	read_all(w, r, true);
	made = value_of(w, "number") - value_of(w, "refused") - value_of(w, "discarded");
	CHECK(w->got == made, "%lu records of %lu came", (unsigned long)w->got, (unsigned long)made);
	CHECK(w->got > 0 && !w->lost, "nothing came");
	printf("%lu records, %lu refused\n", (unsigned long)made,
	       (unsigned long)value_of(w, "refused"));
	cleat_reader_close(r);
	return 0;
}

static int perf(struct world *w, uint64_t count)
{
	static const char *const params[] = { "pages=2", NULL };
	struct cleat_reader *r;
	uint64_t made;

	w->todo = count;
	MUST(w->c, cleat_object_set_global(w->o, "to_perf", "1"));
	r = begin(w, "perf", params);
	read_all(w, r, false);
	MUST(w->c, cleat_reader_dispatch(r));
	made = value_of(w, "number");
	CHECK(w->got + w->lost == made, "%lu records and %lu lost ones are not %lu",
	      (unsigned long)w->got, (unsigned long)w->lost, (unsigned long)made);
	printf("%lu records, %lu lost\n", (unsigned long)w->got, (unsigned long)w->lost);
	cleat_reader_close(r);
	return 0;
}

/* The record at which a dispatch is stopped does not come again, and the next one does. */
static int stop(struct world *w, const char *map, const char *global)
{
	struct cleat_reader *r;

	w->todo = 10;
	MUST(w->c, cleat_object_set_global(w->o, global, "1"));
	r = begin(w, map, NULL);
	make_records(w);
	w->stop_at = 3;
	for (uint64_t i = 1; i <= 3; i++) {
		CHECK(cleat_reader_dispatch(r) == 4711 && w->got == 3 * i, "does not stop at %lu: %lu",
		      (unsigned long)(3 * i), (unsigned long)w->got);
		CHECK(w->next == 3 * i, "goes on at the wrong record");
	}
	CHECK(cleat_reader_dispatch(r) > 0 && w->got == value_of(w, "number"), "the rest does not come");
	CHECK(cleat_reader_dispatch(r) == 0, "more comes than there is");
	cleat_reader_close(r);
	return 0;
}

int main(int argc, char **argv)
{
	struct world w = { 0 };
	int ret = 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3)
		return 2;
	alarm(110);
	MUST(NULL, cleat_open(&w.c, NULL));
	MUST(w.c, cleat_object_open(w.c, argv[2], &w.o));
	if (argc > 3)
		w.m = cleat_object_map(w.o, argv[3]);
	if (argc == 5 && !strcmp(argv[1], "walk") && w.m)
		ret = walk(&w, (unsigned int)atoi(argv[4]));
	else if (argc == 4 && !strcmp(argv[1], "delete") && w.m)
		ret = delete_in_walk(&w);
	else if (argc == 4 && !strcmp(argv[1], "many") && w.m)
		ret = many(&w);
	else if (argc == 4 && !strcmp(argv[1], "memory") && w.m)
		ret = memory(&w);
	else if (argc == 4 && !strcmp(argv[1], "ring"))
		ret = ring(&w, strtoull(argv[3], NULL, 0));
	else if (argc == 4 && !strcmp(argv[1], "perf"))
		ret = perf(&w, strtoull(argv[3], NULL, 0));
	else if (argc == 4 && !strcmp(argv[1], "stop"))
		ret = stop(&w, argv[3], !strcmp(argv[3], "ring") ? "to_ring" : "to_perf");
	cleat_close(w.c);
	return ret;
}
