// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-state.c - what was applied, as text and back; names on the BPF file system; which units there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "state/state.h"

/* ---- records --------------------------------------------------------------------------------- */

static struct record *sample(void)
{
	struct record *rec = record_new("edge");

	assert_non_null(rec);
	rec->source = "/etc/cleat/units.d/edge.ini";
	rec->owner = "us; and others";
	rec->object = "/usr/lib/bpf/edge; of [ours] 100%.bpf.o";
	assert_int_equal(vec_push(&rec->programs, (struct record_program) { .name = "door",
									    .sum = "0a",
									    .section = "xdp",
									    .id = UINT32_MAX }),
			 0);
	assert_int_equal(vec_push(&rec->programs, (struct record_program) { .name = "other",
									    .sum = "",
									    .section = "",
									    .left_out = true }),
			 0);
	assert_int_equal(vec_push(&rec->maps, (struct record_map) { .name = ".bss",
								    .shape = "array, key 4",
								    .seeds = "",
								    .data = "ff",
								    .vars = "a@0+4=00 b@4+4=ff",
								    .pin = "/sys/fs/bpf/x",
								    .share = "other/.bss",
								    .id = 7 }),
			 0);
	assert_int_equal(vec_push(&rec->links,
				  (struct record_link) { .name = "door-uplink",
							 .of = "door",
							 .plugin = "xdp",
							 .keys = " interface=a;b mode=%41\n",
							 .what = "xdp on \"a\"",
							 .seen = "x=[1]",
							 .note = "made [it]",
							 .target = "0b",
							 .left_out = true,
							 .loose = 2,
							 .pins = 3 }),
			 0);
	return rec;
}

static void there_and_back(void **state)
{
	struct report *report = report_new();
	struct record *rec = sample(), *copy;
	struct buf text _buf_free_ = { 0 }, again _buf_free_ = { 0 };

	(void)state;
	assert_int_equal(record_write(rec, &text), 0);
	assert_int_equal(record_parse("edge", "here", text.data, text.len, &copy, report), 0);
	assert_string_equal(copy->object, rec->object);
	assert_int_equal(copy->programs.n, 2);
	assert_int_equal(copy->programs.v[0].id, UINT32_MAX);
	assert_true(record_program(copy, "other")->left_out);
	assert_string_equal(record_map(copy, ".bss")->vars, "a@0+4=00 b@4+4=ff");
	assert_string_equal(record_map(copy, ".bss")->pin, "/sys/fs/bpf/x");
	assert_string_equal(copy->links.v[0].keys, rec->links.v[0].keys);
	assert_string_equal(copy->links.v[0].seen, "x=[1]");
	assert_int_equal(copy->links.v[0].pins, 3);
	assert_int_equal(copy->links.v[0].loose, 2);
	assert_true(copy->links.v[0].left_out);
	assert_string_equal(copy->links.v[0].target, "0b");
	assert_string_equal(copy->links.v[0].note, "made [it]");
	assert_string_equal(copy->programs.v[0].section, "xdp");
	assert_string_equal(copy->owner, rec->owner);
	assert_string_equal(record_map(copy, ".bss")->share, "other/.bss");
	assert_ptr_equal(record_link(copy, &rec->links.v[0]), &copy->links.v[0]);
	assert_null(record_program(copy, "door-uplink"));
	assert_int_equal(record_write(copy, &again), 0);
	assert_string_equal(again.data, text.data);
	record_free(copy);
	record_free(rec);
	report_free(report);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void keys_and_back(void **state)
{
	static const struct cleat_key keys[] = {
		{ .name = "interface", .flags = CLEAT_KEY_REPEAT },
		{ .name = "event" },
		{ .name = "mode", .type = CLEAT_TYPE_CHOICE, .choices = "a|b", .preset = "a" },
	};
	static const struct plugin plugin = { .name = (char *)"p", .keys = keys, .n_keys = 3 };
	static const char *const set[][2] = {
		{ "mode", "b" },
		{ "interface", "eth0" },
		{ "interface", "a b mode=a" },
		{ "event", "say \"it\\ is\"" },
	};
	struct cleat_params *p = params_new(keys, 3, NULL, 0, "p"), *back;
	struct arena *arena = arena_new();
	const char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(set); i++)
		assert_int_equal(params_set(p, set[i][0], set[i][1], NULL, 0, 0, NULL), 0);
	text = keys_text(p, arena);
	assert_string_equal(text, "event=\"say \\\"it\\\\ is\\\"\" interface=\"a b mode=a\" "
				  "interface=eth0 mode=b");
	back = keys_params(&plugin, text);
	assert_non_null(back);
	assert_string_equal(cleat_param(back, "event"), set[3][1]);
	assert_int_equal(cleat_param_count(back, "interface"), 2);
	assert_string_equal(cleat_param_nth(back, "interface", 0), "a b mode=a");
	assert_string_equal(cleat_param(back, "mode"), "b");
	assert_string_equal(keys_text(back, arena), text);
	params_free(back);
	back = keys_params(&plugin, "");
	assert_string_equal(keys_text(back, arena), "");
	params_free(back);
	/* of another version of the plugin */
	assert_null(keys_params(&plugin, "colour=red"));
	assert_null(keys_params(&plugin, "mode=c"));
	params_free(p);
	arena_free(arena);
}

static int parse_text(const char *text, struct report *report)
{
	struct record *rec;
	int err = record_parse("edge", "here", text, strlen(text), &rec, report);

	assert_true(err ? !rec : !!rec);
	record_free(rec);
	return err;
}

static void damaged(void **state)
{
	struct report *report = report_new();

	(void)state;
	assert_int_equal(parse_text("[record]\nversion = 2\n", report), -EPROTO);
	assert_non_null(strstr(report_get(report, 0)->what, "later version"));
	report_clear(report);
	assert_int_equal(parse_text("[record]\nversion = 1\n[link x]\npins = many\n", report),
			 -EINVAL);
	assert_int_equal(report_errors(report), 1);
	report_clear(report);
	assert_int_not_equal(parse_text("[link x\n", report), 0);
	assert_true(report_errors(report) > 0);
	report_clear(report);
	/* What a later cleat adds is passed over. */
	assert_int_equal(
		parse_text("[record]\nversion = 1\n[link x]\ncolour = red\n[new thing]\na = b\n",
			   report),
		0);
	assert_int_equal(report_count(report), 0);
	report_free(report);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void paths(void **state)
{
	static const struct {
		const char *unit, *name, *path;
	} of[] = {
		{ "edge", "door", "/r/edge/maps/door" },
		{ "edge@eth0.1", ".bss", "/r/edge@eth0%2e1/maps/%2ebss" },
		{ "+x", "+y", "/r/%2bx/maps/%2by" },
		{ "a/b", "a%b+", "/r/a%2fb/maps/a%25b+" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		char *path = state_path("/r", of[i].unit, STATE_MAPS, of[i].name);

		assert_string_equal(path, of[i].path);
		free(path);
	}
}

/* ---- units ----------------------------------------------------------------------------------- */

static void put(const char *dir, const char *name, const char *text)
{
	char *path = path_join(dir, name);

	assert_non_null(path);
	assert_int_equal(file_write(path, text, strlen(text)), 0);
	free(path);
}

static void drop(const char *dir, const char *name)
{
	char *path = path_join(dir, name);

	unlink(path);
	free(path);
}

static void all_units(void **state)
{
	char own[] = "/tmp/test-state-XXXXXX", vendor[] = "/tmp/test-state-XXXXXX";
	static const char *const files[] = { "both.ini",      "masked.ini", "edge@.ini",
					     "edge@eth0.ini", "vendor.ini", "notes.txt",
					     ".hidden.ini" };
	const char *dirs[] = { own, vendor, "/nowhere/at/all", NULL };
	char **names;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(own));
	assert_non_null(mkdtemp(vendor));
	put(own, "both.ini", "x");
	put(own, "masked.ini", "");
	put(own, "edge@.ini", "x");
	put(own, "edge@eth0.ini", "x");
	put(own, "notes.txt", "x");
	put(own, ".hidden.ini", "x");
	put(vendor, "both.ini", "x");
	put(vendor, "masked.ini", "x");
	put(vendor, "vendor.ini", "x");
	assert_int_equal(unit_list(dirs, &names, &n, NULL), 0);
	assert_int_equal(n, 3);
	assert_string_equal(names[0], "both");
	assert_string_equal(names[1], "edge@eth0");
	assert_string_equal(names[2], "vendor");
	path_list_free(names, n);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		drop(own, files[i]);
		drop(vendor, files[i]);
	}
	assert_int_equal(rmdir(own), 0);
	assert_int_equal(rmdir(vendor), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back), cmocka_unit_test(keys_and_back),
		cmocka_unit_test(damaged),        cmocka_unit_test(paths),
		cmocka_unit_test(all_units),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
