// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-world.c - what keys name: interfaces, cgroups, files and processes that come, go and are others. */
#include "plugin-fixture.h"

#include <stdio.h>
#include <unistd.h>

#include "live/world.h"
#include "plugin/inner.h"

static const struct cleat_key keys[] = {
	{ "interface", "", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_REPEAT | CLEAT_KEY_INTERFACE },
	{ "cgroup", "", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_CGROUP },
	{ "binary", "", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_BINARY },
	{ "pid", "", NULL, NULL, CLEAT_TYPE_UINT, CLEAT_KEY_PROCESS },
	{ "process", "", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_PROCESS },
	{ "function", "", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_KERNEL_FUNCTION },
	{ "list", "", NULL, NULL, CLEAT_TYPE_PATH, 0 },
	{ "mode", "", NULL, NULL, CLEAT_TYPE_TEXT, 0 },
};

struct fixture {
	struct cleat_params *p;
	struct world world;
	char dir[64];
	char path[96];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->p = params_new(keys, ARRAY_SIZE(keys), NULL, 0, "test");
	snprintf(f->dir, sizeof(f->dir), "/tmp/cleat-world.XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/file", f->dir);
	*state = f;
	return f->p ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	rmdir(f->dir);
	world_free(&f->world);
	params_free(f->p);
	free(f);
	return 0;
}

static void set(struct fixture *f, const char *key, const char *value)
{
	assert_int_equal(params_set(f->p, key, value, NULL, 0, 1, NULL), 0);
}

static char *look(const struct world *w)
{
	struct buf out = { 0 };

	world_look(w, &out);
	return buf_take(&out);
}

static void which_things(void **state)
{
	struct fixture *f = *state;

	set(f, "interface", "eth*");
	set(f, "cgroup", "web.slice");
	set(f, "binary", "/usr/bin/true");
	set(f, "pid", "12");
	set(f, "function", "veth_xmit");
	set(f, "list", "/etc/list");
	set(f, "mode", "auto");
	assert_int_equal(world_add_params(&f->world, f->p, "/sys/fs/cgroup"), 0);
	assert_int_equal(f->world.things.n, 6);
	assert_int_equal(f->world.things.v[1].kind, WORLD_CGROUP);
	assert_string_equal(f->world.things.v[1].pattern, "/sys/fs/cgroup/web.slice");
	assert_int_equal(f->world.things.v[5].kind, WORLD_FILE);
	assert_true(world_has(&f->world, WORLD_MODULES));
	/* once each */
	assert_int_equal(world_add_params(&f->world, f->p, "/sys/fs/cgroup"), 0);
	assert_int_equal(f->world.things.n, 6);
}

static void files_come_and_are_others(void **state)
{
	char pattern[80], *none, *first, *same, *other;
	struct fixture *f = *state;

	snprintf(pattern, sizeof(pattern), "%s/f*", f->dir);
	assert_int_equal(world_add(&f->world, WORLD_FILE, pattern), 0);
	none = look(&f->world);
	write_file(f->dir, "file", "a");
	first = look(&f->world);
	same = look(&f->world);
	write_file(f->dir, "file", "bb");
	other = look(&f->world);
	assert_string_not_equal(none, first);
	assert_string_equal(first, same);
	assert_string_not_equal(first, other);
	free(none);
	free(first);
	free(same);
	free(other);
}

/* Where it is stays the same when a file takes another's place; what it is does not. */
static void identity_of_a_file(void **state)
{
	struct fixture *f = *state;
	char *was, *is, *place_was, *place_is;

	write_file(f->dir, "file", "a");
	set(f, "binary", f->path);
	set(f, "mode", "auto");
	was = world_identity(f->p, true);
	place_was = world_identity(f->p, false);
	unlink(f->path);
	write_file(f->dir, "file", "bb");
	is = world_identity(f->p, true);
	place_is = world_identity(f->p, false);
	assert_string_not_equal(was, is);
	assert_string_equal(place_was, place_is);
	free(was);
	free(is);
	free(place_was);
	free(place_is);
}

static void identity_of_an_interface(void **state)
{
	struct fixture *f = *state;
	char *lo, *none;

	set(f, "interface", "lo");
	lo = world_identity(f->p, true);
	assert_string_equal(lo, "interface=lo 1\n");
	params_free(f->p);
	f->p = params_new(keys, ARRAY_SIZE(keys), NULL, 0, "test");
	set(f, "interface", "nosuchif0");
	none = world_identity(f->p, true);
	assert_string_equal(none, "interface=nosuchif0\n");
	free(lo);
	free(none);
}

static void processes(void **state)
{
	struct fixture *f = *state;
	char *seen, word[32];

	/* the name of this program, as the kernel knows it, cut */
	assert_int_equal(world_add(&f->world, WORLD_PROCESS, "*test-worl*"), 0);
	assert_true(world_wants_process(&f->world, (unsigned int)getpid()));
	assert_false(world_wants_process(&f->world, 1u << 30));
	seen = look(&f->world);
	snprintf(word, sizeof(word), " %d ", (int)getpid());
	assert_non_null(strstr(seen, word));
	free(seen);
}

/* A target that is not there is an error, or a note when it is waited for. */
static void missing(void **state)
{
	struct report *r = report_new();
	struct cleat_targets t = { .report = r };

	(void)state;
	assert_int_equal(cleat_targets_missing(&t, report_error(r, ENODEV, "no x")), -ENODEV);
	assert_int_equal(report_get(r, 0)->level, CLEAT_ERROR);
	report_clear(r);
	t.waits = true;
	assert_int_equal(cleat_targets_missing(&t, report_error(r, ENODEV, "no x")), 0);
	assert_int_equal(t.missing, 1);
	assert_int_equal(report_get(r, 0)->level, CLEAT_NOTE);
	assert_string_equal(report_get(r, 0)->hint, "it is waited for");
	report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(which_things, setup, teardown),
		cmocka_unit_test_setup_teardown(files_come_and_are_others, setup, teardown),
		cmocka_unit_test_setup_teardown(identity_of_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(identity_of_an_interface, setup, teardown),
		cmocka_unit_test_setup_teardown(processes, setup, teardown),
		cmocka_unit_test(missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
