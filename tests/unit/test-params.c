// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-params.c - keys and values: types, layers, places, repeated keys. */
#include "plugin-fixture.h"
#include "plugin/inner.h"
#include "plugin/params.h"

static const struct cleat_key keys[] = {
	{ "interface", "network interface", NULL, NULL, CLEAT_TYPE_TEXT,
	  CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT },
	{ "mode", "how", "auto", "auto|native|generic", CLEAT_TYPE_CHOICE, 0 },
	{ "replace", "take over", NULL, NULL, CLEAT_TYPE_BOOL, 0 },
	{ "pages", "size", "8", NULL, CLEAT_TYPE_UINT, 0 },
	{ "offset", "offset", NULL, NULL, CLEAT_TYPE_INT, 0 },
	{ "buffer", "size", "4K", NULL, CLEAT_TYPE_SIZE, 0 },
	{ "timeout", "time", NULL, NULL, CLEAT_TYPE_DURATION, 0 },
	{ "binary", "path", NULL, NULL, CLEAT_TYPE_PATH, 0 },
	{ "note", "text", NULL, NULL, CLEAT_TYPE_TEXT, 0 },
};
static const struct cleat_key core[] = {
	{ "pin", "path", NULL, NULL, CLEAT_TYPE_PATH, 0 },
};

struct fixture {
	struct report *r;
	struct cleat_params *p;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->r = report_new();
	f->p = params_new(keys, ARRAY_SIZE(keys), core, ARRAY_SIZE(core), "xdp");
	params_report(f->p, f->r);
	*state = f;
	return f->p ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	params_free(f->p);
	report_free(f->r);
	free(f);
	return 0;
}

static int set(struct fixture *f, const char *key, const char *value)
{
	return params_set(f->p, key, value, NULL, 0, 1, f->r);
}

static void presets(void **state)
{
	struct fixture *f = *state;

	assert_null(cleat_param(f->p, "interface"));
	assert_string_equal(cleat_param(f->p, "mode"), "auto");
	assert_false(cleat_param_given(f->p, "mode"));
	assert_int_equal(cleat_param_uint(f->p, "pages"), 8);
	assert_int_equal(cleat_param_uint(f->p, "buffer"), 4096);
	assert_int_equal(cleat_param_uint(f->p, "timeout"), 0);
	assert_false(cleat_param_bool(f->p, "replace"));
	assert_int_equal(cleat_param_count(f->p, "mode"), 0);
	assert_null(cleat_param(f->p, "no-such-key"));
	assert_int_equal(set(f, "mode", "native"), 0);
	assert_string_equal(cleat_param(f->p, "mode"), "native");
	assert_true(cleat_param_given(f->p, "mode"));
}

static void types(void **state)
{
	static const struct {
		const char *key, *value, *words;
	} bad[] = {
		{ "replace", "maybe", "key 'replace': 'maybe' is not yes or no" },
		{ "pages", "-1", "key 'pages': '-1' is not a number from 0 on" },
		{ "pages", "99999999999999999999", "is too large" },
		{ "pages", "", "key 'pages' has no value" },
		{ "offset", "x", "'x' is not a number" },
		{ "buffer", "4Q", "is not a size" },
		{ "timeout", "soon", "is not a duration" },
		{ "mode", "nativ", "'nativ' is none of: auto, native, generic" },
		{ "mode", "nativ", "did you mean 'native'?" },
		{ "mode", "auto|native", "is none of" },
		{ "interface", "", "key 'interface' has no value" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		report_clear(f->r);
		assert_true(set(f, bad[i].key, bad[i].value) < 0);
		assert_int_equal(report_errors(f->r), 1);
		assert_said(f->r, bad[i].words);
		assert_false(cleat_param_given(f->p, bad[i].key));
	}
	assert_int_equal(set(f, "replace", "on"), 0);
	assert_true(cleat_param_bool(f->p, "replace"));
	assert_int_equal(set(f, "pages", "0x10"), 0);
	assert_int_equal(cleat_param_uint(f->p, "pages"), 16);
	assert_int_equal(set(f, "offset", "-7"), 0);
	assert_int_equal(cleat_param_int(f->p, "offset"), -7);
	assert_int_equal(set(f, "buffer", "2M"), 0);
	assert_int_equal(cleat_param_uint(f->p, "buffer"), 2 << 20);
	assert_int_equal(set(f, "timeout", "5ms"), 0);
	assert_int_equal(cleat_param_uint(f->p, "timeout"), 5000000);
	assert_int_equal(set(f, "note", ""), 0);
	assert_string_equal(cleat_param(f->p, "note"), "");
}

static void unknown(void **state)
{
	struct fixture *f = *state;
	struct cleat_params *none = params_new(NULL, 0, NULL, 0, "bare");

	assert_int_equal(set(f, "interfaces", "eth0"), -EINVAL);
	assert_said(f->r, "error: unknown key 'interfaces'");
	assert_said(f->r, "hint: did you mean 'interface'? plugin 'xdp' takes: pin, interface, mode");
	report_clear(f->r);
	assert_int_equal(params_set(none, "x", "y", NULL, 0, 1, f->r), -EINVAL);
	assert_said(f->r, "hint: plugin 'bare' takes no keys");
	params_free(none);
}

static void repeats(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(set(f, "interface", "eth0"), 0);
	assert_int_equal(set(f, "interface", "eth1"), 0);
	assert_int_equal(cleat_param_count(f->p, "interface"), 2);
	assert_string_equal(cleat_param_nth(f->p, "interface", 1), "eth1");
	assert_null(cleat_param_nth(f->p, "interface", 2));
	assert_string_equal(cleat_param(f->p, "interface"), "eth0");
	assert_int_equal(params_set(f->p, "mode", "auto", "u.ini", 4, 1, f->r), 0);
	assert_int_equal(params_set(f->p, "mode", "native", "u.ini", 9, 1, f->r), -EINVAL);
	assert_said(f->r, "u.ini:9: error: key 'mode' is given twice: 'auto' in line 4 already");
	assert_string_equal(cleat_param(f->p, "mode"), "auto");
}

static void layers(void **state)
{
	struct fixture *f = *state;
	const char *file;
	unsigned int line;

	assert_int_equal(params_set(f->p, "interface", "a", "u.ini", 1, 0, f->r), 0);
	assert_int_equal(params_set(f->p, "interface", "b", "u.ini", 2, 0, f->r), 0);
	assert_int_equal(params_set(f->p, "mode", "native", NULL, 0, 0, f->r), 0);
	/* the first of a higher layer takes all of the lower ones away, the second adds */
	assert_int_equal(params_set(f->p, "interface", "c", "d.ini", 7, 1, f->r), 0);
	assert_int_equal(params_set(f->p, "interface", "d", "d.ini", 8, 1, f->r), 0);
	assert_int_equal(cleat_param_count(f->p, "interface"), 2);
	assert_string_equal(cleat_param_nth(f->p, "interface", 0), "c");
	params_place(f->p, "interface", &file, &line);
	assert_string_equal(file, "d.ini");
	assert_int_equal(line, 7);
	params_place(f->p, "mode", &file, &line);
	assert_null(file);
	/* what comes late from below is checked and overruled */
	assert_int_equal(params_set(f->p, "interface", "e", NULL, 0, 0, f->r), 0);
	assert_int_equal(cleat_param_count(f->p, "interface"), 2);
	assert_string_equal(cleat_param(f->p, "mode"), "native");
	assert_int_equal(params_set(f->p, "mode", "generic", NULL, 0, 1, f->r), 0);
	assert_string_equal(cleat_param(f->p, "mode"), "generic");
	assert_int_equal(report_count(f->r), 0);
}

static void set_by_plugin(void **state)
{
	struct fixture *f = *state;
	const char *file;
	unsigned int line;

	assert_int_equal(params_set(f->p, "interface", "eth*", "u.ini", 5, 1, f->r), 0);
	assert_int_equal(params_set(f->p, "interface", "lo", "u.ini", 6, 1, f->r), 0);
	assert_int_equal(cleat_param_set(f->p, "interface", "eth0"), 0);
	assert_int_equal(cleat_param_count(f->p, "interface"), 1);
	assert_string_equal(cleat_param(f->p, "interface"), "eth0");
	params_place(f->p, "interface", &file, &line);
	assert_string_equal(file, "u.ini");
	assert_int_equal(line, 5);
	assert_int_equal(cleat_param_set(f->p, "mode", "bad"), -EINVAL);
	assert_said(f->r, "'bad' is none of");
	params_report(f->p, NULL);
	report_clear(f->r);
	assert_int_equal(cleat_param_set(f->p, "mode", "bad"), -EINVAL);
	assert_int_equal(cleat_param_set(f->p, "nope", "bad"), -EINVAL);
	assert_int_equal(report_count(f->r), 0);
}

static void paths(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(params_set(f->p, "binary", "bin/x", "/etc/units/u.ini", 5, 1, f->r), 0);
	assert_string_equal(cleat_param(f->p, "binary"), "/etc/units/bin/x");
	assert_int_equal(params_set(f->p, "pin", "/sys/x", "/etc/units/u.ini", 5, 1, f->r), 0);
	assert_string_equal(cleat_param(f->p, "pin"), "/sys/x");
	assert_int_equal(params_set(f->p, "binary", "bin/y", NULL, 0, 2, f->r), 0);
	assert_string_equal(cleat_param(f->p, "binary"), "bin/y");
}

static void texts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(params_set_text(f->p, "note=a=b", 1, f->r), 0);
	assert_string_equal(cleat_param(f->p, "note"), "a=b");
	assert_int_equal(params_set_text(f->p, "note", 1, f->r), -EINVAL);
	assert_said(f->r, "'note': expected key=value");
	assert_int_equal(params_set_text(f->p, "=x", 1, f->r), -EINVAL);
}

static void complete(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(params_complete(f->p, f->r), -EINVAL);
	assert_int_equal(report_errors(f->r), 1);
	assert_said(f->r, "error: key 'interface' is missing");
	assert_said(f->r, "hint: 'interface': network interface");
	report_clear(f->r);
	assert_int_equal(set(f, "interface", "eth0"), 0);
	assert_int_equal(params_complete(f->p, f->r), 0);
	assert_int_equal(report_count(f->r), 0);
}

static void one_of(void **state)
{
	static const struct cleat_key either[] = {
		{ "interface", "one", NULL, NULL, CLEAT_TYPE_TEXT, CLEAT_KEY_ONE_OF },
		{ "pid", "of fd", NULL, NULL, CLEAT_TYPE_UINT, 0 },
		{ "fd", "other", NULL, NULL, CLEAT_TYPE_UINT, CLEAT_KEY_ONE_OF },
	};
	struct report *r = report_new();
	struct cleat_params *p = params_new(either, ARRAY_SIZE(either), NULL, 0, "socket_filter");

	(void)state;
	assert_int_equal(params_set_text(p, "pid=7", 0, r), 0);
	assert_int_equal(params_complete(p, r), -EINVAL);
	assert_int_equal(report_errors(r), 1);
	assert_said(r, "error: one of these keys is missing: 'interface', 'fd'");
	report_clear(r);
	assert_int_equal(params_set_text(p, "fd=3", 0, r), 0);
	assert_int_equal(params_complete(p, r), 0);
	assert_int_equal(report_count(r), 0);
	params_free(p);
	report_free(r);
}

static void copies(void **state)
{
	struct fixture *f = *state;
	struct cleat_targets t = { 0 };
	struct cleat_params *a, *b;
	const char *key, *value;

	assert_int_equal(set(f, "interface", "eth*"), 0);
	a = cleat_targets_add(&t, f->p);
	b = cleat_targets_add(&t, f->p);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(t.params.n, 2);
	assert_int_equal(cleat_param_set(a, "interface", "eth0"), 0);
	assert_int_equal(cleat_param_set(b, "interface", "eth1"), 0);
	assert_string_equal(cleat_param(f->p, "interface"), "eth*");
	assert_string_equal(cleat_param(a, "interface"), "eth0");
	assert_true(params_at(b, 0, &key, &value));
	assert_string_equal(key, "interface");
	assert_string_equal(value, "eth1");
	assert_false(params_at(b, 1, &key, &value));
	targets_free(&t);
	assert_int_equal(t.params.n, 0);
}

static void declarations(void **state)
{
	static const struct {
		struct cleat_key key;
		const char *words;
	} bad[] = {
		{ { .name = "Mode" }, "expected lower-case" },
		{ { .name = NULL }, "expected lower-case" },
		{ { .name = "x", .type = 99 }, "has type 99" },
		{ { .name = "x", .type = CLEAT_TYPE_CHOICE }, "without choices" },
		{ { .name = "x", .type = CLEAT_TYPE_UINT, .preset = "many" }, "has the default 'many'" },
		{ { .name = "x", .type = CLEAT_TYPE_CHOICE, .choices = "a|b", .preset = "c" },
		  "has the default 'c'" },
	};
	const struct cleat_key twice[] = { { .name = "a" }, { .name = "a" } };
	struct fixture *f = *state;
	size_t i;

	assert_int_equal(params_check_keys(keys, ARRAY_SIZE(keys), f->r), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		report_clear(f->r);
		assert_int_equal(params_check_keys(&bad[i].key, 1, f->r), -EINVAL);
		assert_said(f->r, bad[i].words);
	}
	assert_int_equal(params_check_keys(twice, 2, f->r), -EINVAL);
	assert_said(f->r, "'a' is there twice");
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(presets), test(types),	    test(unknown), test(repeats),  test(layers),
		test(set_by_plugin), test(paths),   test(texts),   test(complete), test(copies),
		test(one_of),	     test(declarations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
