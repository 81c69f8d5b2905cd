// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-kernel.c - facts about machine and kernel: parsers, and what this machine says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <zlib.h>

#include <linux/capability.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "kernel/facts.h"
#include "kernel/machine.h"
#include "kernel/perf.h"
#include "kernel/probe.h"

/* --- machine --------------------------------------------------------------------------------- */

static void check_cpus(const char *text, const int *want, size_t n_want)
{
	_free_ int *cpus = NULL;
	size_t n = 99;

	assert_int_equal(machine_parse_cpus(text, &cpus, &n), 0);
	assert_int_equal(n, n_want);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(cpus[i], want[i]);
}

static void test_cpus(void **state _unused_)
{
	static const char *const bad[] = {
		"a",   "0-", "-3",    "3-1",        "0,,1",
		"0 1", "0,", "1-2-3", "0-99999999", "18446744073709551616"
	};
	int *cpus;
	size_t n;

	check_cpus("0\n", (const int[]) { 0 }, 1);
	check_cpus("0-1\n", (const int[]) { 0, 1 }, 2);
	check_cpus("0-2,5,8-9", (const int[]) { 0, 1, 2, 5, 8, 9 }, 6);
	check_cpus("4095\n", (const int[]) { 4095 }, 1);
	check_cpus("\n", NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(machine_parse_cpus(bad[i], &cpus, &n), -EINVAL);
}

static void test_cpus_here(void **state _unused_)
{
	_free_ int *online = NULL;
	cpu_set_t mine;
	size_t n;

	if (access("/sys/devices/system/cpu/possible", R_OK)) {
		print_message("no sysfs here\n");
		skip();
	}
	assert_true(machine_possible_cpus() >= sysconf(_SC_NPROCESSORS_ONLN));
	assert_int_equal(machine_online_cpus(&online, &n), 0);
	assert_true(n >= 1 && (int)n <= machine_possible_cpus());
	assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
	assert_true((int)n >= CPU_COUNT(&mine));
}

static void test_version(void **state _unused_)
{
	assert_int_equal(machine_parse_version("6.1.176-1 (2026-01-02)"), 6 << 16 | 1 << 8 | 176);
	assert_int_equal(machine_parse_version("5.15.131"), 5 << 16 | 15 << 8 | 131);
	assert_int_equal(machine_parse_version("7.3-rc7"), 7 << 16 | 3 << 8);
	assert_int_equal(machine_parse_version("v6.12.0-cloud"), 6 << 16 | 12 << 8);
	assert_int_equal(machine_parse_version("4.9.337"), 4 << 16 | 9 << 8 | 255);
	assert_int_equal(machine_parse_version(""), 0);
	assert_int_equal(machine_parse_version("6"), 0);
	assert_int_equal(machine_parse_version("Debian"), 0);
	assert_true(machine_kernel_version() >= 5 << 16);
}

static void test_release(void **state _unused_)
{
	char text[256], small[3];

	assert_int_equal(machine_release(text, sizeof(text)), 0);
	assert_non_null(strchr(text, '.'));
	assert_int_equal(machine_release(small, sizeof(small)), -ENAMETOOLONG);
}

static const char mountinfo[] =
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"30 22 0:26 /sub /mnt/part rw - cgroup2 cgroup2 rw\n"
	"31 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 master:2 - cgroup2 cgroup2 rw\n"
	"32 22 0:27 / /mnt/a\\040b\\134c rw - bpf none rw,mode=700\n"
	"33 22 0:28 / /sys/fs/bpf rw - bpf bpf rw,mode=700\n"
	"34 22 0:29 / /run/tracing rw - tracefs none rw\n"
	"broken line\n"
	"35 22 0:30 / - x\n";

static void check_mount(const char *type, const char *usual, const char *want)
{
	_free_ char *text = text_dup(mountinfo);
	_free_ char *found = machine_parse_mounts(text, type, usual);

	if (want)
		assert_string_equal(found, want);
	else
		assert_null(found);
}

static void test_mounts(void **state _unused_)
{
	/* the whole tree, not the part that comes first */
	check_mount("cgroup2", NULL, "/sys/fs/cgroup");
	check_mount("bpf", "/sys/fs/bpf", "/sys/fs/bpf");
	check_mount("bpf", NULL, "/mnt/a b\\c");
	check_mount("tracefs", "/sys/kernel/tracing", "/run/tracing");
	check_mount("debugfs", NULL, NULL);
	check_mount("ext", NULL, NULL);
	check_mount("x", NULL, NULL);
}

static void test_caps(void **state _unused_)
{
	_free_ char *none = machine_missing_caps(0);
	_free_ char *nobody = machine_missing_caps(CAP_BIT(63));
	_free_ char *bpf = machine_missing_caps(CAP_BIT(CAP_BPF));
	_free_ char *admin = machine_missing_caps(CAP_BIT(CAP_SYS_ADMIN));

	assert_string_equal(none, "");
	assert_string_equal(nobody, "capability 63");
	assert_true(streq(bpf, "") || streq(bpf, "CAP_BPF"));
	assert_true(streq(admin, "") || streq(admin, "CAP_SYS_ADMIN"));
	/* who may do everything lacks nothing */
	assert_false(streq(admin, "") && !streq(bpf, ""));
}

static void test_bpffs(void **state _unused_)
{
	assert_false(machine_is_bpffs("/proc"));
	assert_false(machine_is_bpffs("/proc/not/there/at/all"));
	assert_false(machine_is_bpffs("nor-here"));
	assert_false(machine_is_bpffs(""));
}

/* --- perf ------------------------------------------------------------------------------------ */

static void test_pmu(void **state _unused_)
{
	assert_int_equal(perf_pmu_type("no-such-pmu"), -ENOENT);
	assert_int_equal(perf_pmu_type("../cpu"), -ENOENT);
	assert_int_equal(perf_pmu_type(""), -ENOENT);
	assert_int_equal(perf_pmu_format_bit("no-such-pmu", "retprobe"), -ENOENT);
	if (access("/sys/bus/event_source/devices/uprobe/type", R_OK)) {
		print_message("no uprobes here\n");
		skip();
	}
	assert_true(perf_pmu_type("uprobe") >= PERF_TYPE_MAX);
	assert_int_equal(perf_pmu_format_bit("uprobe", "retprobe"), 0);
	assert_int_equal(perf_pmu_format_bit("uprobe", "no-such-field"), -ENOENT);
}

/* --- symbols --------------------------------------------------------------------------------- */

struct file {
	char path[64];
};

static void remove_file(struct file *f)
{
	unlink(f->path);
}

#define FILE_OF(f, text) struct file f _cleanup_(remove_file) = file_of(text, sizeof(text) - 1)

static struct file file_of(const char *text, size_t size)
{
	struct file f = { "/tmp/cleat-test-XXXXXX" };
	_close_ int fd = mkstemp(f.path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	return f;
}

static void free_ksyms(struct ksyms **k)
{
	ksyms_free(*k);
}

static void free_kconfig(struct kconfig **k)
{
	kconfig_free(*k);
}

static const char kallsyms[] = "0000000000000008 A per_cpu_thing\n"
			       "ffffffff81000000 T first_function\n"
			       "ffffffff81000000 T _stext\n"
			       "ffffffff81000100 t helper\n"
			       "ffffffff81000200 t helper\n"
			       "ffffffff81000300 t static_one.llvm.1234567890\n"
			       "ffffffff82000000 D some_data\n"
			       "ffffffffc0001000 t mod_late\t[two]\n"
			       "ffffffffc0000000 T mod_early\t[one]\n"
			       "ffffffffc0002000 W weak_one\t[two]"; /* no newline */

static int count_symbol(void *user, const char *name _unused_, uint64_t address _unused_,
			const char *module)
{
	int *n = user;

	n[0]++;
	if (module && streq(module, "two"))
		n[1]++;
	return 0;
}

static int stop_at_once(void *user _unused_, const char *name _unused_, uint64_t address _unused_,
			const char *module _unused_)
{
	return 42;
}

/* The same whether they are looked for one by one, in one pass, or among all. */
static void assert_found_by_name(struct ksyms *k)
{
	uint64_t a = 0;

	assert_int_equal(ksyms_address(k, "first_function", &a), 0);
	assert_true(a == 0xffffffff81000000);
	assert_int_equal(ksyms_address(k, "weak_one", &a), 0);
	assert_true(a == 0xffffffffc0002000);
	assert_int_equal(ksyms_address(k, "helper", &a), -EEXIST);
	assert_int_equal(ksyms_address(k, "help", &a), -ENOENT);
	assert_int_equal(ksyms_address(k, "", &a), -ENOENT);
	assert_int_equal(ksyms_address(k, "static_one", &a), 0);
	assert_true(a == 0xffffffff81000300);
	assert_int_equal(ksyms_address(k, "static_one.llvm.1234567890", &a), 0);
	assert_int_equal(ksyms_address(k, "static_one.llvm.99", &a), -ENOENT);
	assert_true(ksyms_has(k, "helper"));
	assert_false(ksyms_has(k, "helper2"));
}

static void test_ksyms_wanted(void **state _unused_)
{
	static const char *const wanted[] = {
		"first_function",
		"weak_one",
		"helper",
		"help",
		"",
		"helper2",
		"static_one",
		"static_one.llvm.1234567890",
		"static_one.llvm.99",
	};
	FILE_OF(f, kallsyms);
	struct ksyms *k _cleanup_(free_ksyms) = NULL;

	assert_int_equal(ksyms_open_path(&k, f.path), 0);
	assert_int_equal(ksyms_want(k, wanted, 9), 0);
	/* The file is not read again: not even when it is not there any more. */
	assert_int_equal(truncate(f.path, 0), 0);
	assert_found_by_name(k);
	assert_false(ksyms_has(k, "_stext"));
}

static void test_ksyms_one_by_one(void **state _unused_)
{
	FILE_OF(f, kallsyms);
	struct ksyms *k _cleanup_(free_ksyms) = NULL;

	assert_int_equal(ksyms_open_path(&k, f.path), 0);
	assert_found_by_name(k);
	assert_true(ksyms_has(k, "_stext"));
}

static void test_ksyms_all(void **state _unused_)
{
	FILE_OF(f, kallsyms);
	struct ksyms *k _cleanup_(free_ksyms) = NULL;
	uint64_t offset = 0;
	int n[2] = { 0 };

	assert_int_equal(ksyms_open_path(&k, f.path), 0);
	assert_string_equal(ksyms_name(k, 0xffffffff81000010, &offset), "first_function");
	assert_int_equal(offset, 0x10);
	assert_string_equal(ksyms_name(k, 0xffffffff81000200, &offset), "helper");
	assert_int_equal(offset, 0);
	/* modules are not in order in the file */
	assert_string_equal(ksyms_name(k, 0xffffffffc0000fff, &offset), "mod_early");
	assert_string_equal(ksyms_name(k, 0xffffffffc0001001, NULL), "mod_late");
	/* user space, though there is a symbol with a smaller number */
	assert_null(ksyms_name(k, 0x400000, &offset));

	assert_int_equal(ksyms_each(k, "*", count_symbol, n), 0);
	assert_int_equal(n[0], 8);
	assert_int_equal(n[1], 2);
	n[0] = 0;
	assert_int_equal(ksyms_each(k, "mod_?arly", count_symbol, n), 0);
	assert_int_equal(n[0], 1);
	n[0] = 0;
	assert_int_equal(ksyms_each(k, "some_*", count_symbol, n), 0);
	assert_int_equal(n[0], 0);
	assert_int_equal(ksyms_each(k, "helper", stop_at_once, NULL), 42);
	assert_found_by_name(k);
}

/* Lines that do not end where a step of reading does; one that never ends. */
static void test_ksyms_long(void **state _unused_)
{
	struct buf _buf_free_ text = { 0 };
	struct ksyms *k _cleanup_(free_ksyms) = NULL;
	uint64_t a = 0;

	for (unsigned int i = 1; i <= 20000; i++)
		buf_printf(&text, "%016x t function_%u\t[module_%u]\n", i, i, i / 1000);
	{
		struct file f _cleanup_(remove_file) = file_of(text.data, text.len);

		assert_int_equal(ksyms_open_path(&k, f.path), 0);
		for (unsigned int i = 1; i <= 20000; i += 4999) {
			char name[32];

			snprintf(name, sizeof(name), "function_%u", i);
			assert_int_equal(ksyms_address(k, name, &a), 0);
			assert_int_equal(a, i);
		}
		assert_string_equal(ksyms_name(k, 20000, NULL), "function_20000");
	}
	ksyms_free(k);
	k = NULL;
	buf_clear(&text);
	buf_printf(&text, "1 t %0100000d\n", 1);
	{
		struct file f _cleanup_(remove_file) = file_of(text.data, text.len);

		assert_int_equal(ksyms_open_path(&k, f.path), 0);
		assert_int_equal(ksyms_address(k, "x", &a), -EINVAL);
	}
}

static void test_ksyms_hidden(void **state _unused_)
{
	FILE_OF(f, "0000000000000000 T here\n0000000000000000 t there\t[mod]\n");
	struct ksyms *k _cleanup_(free_ksyms) = NULL;
	uint64_t a;

	assert_int_equal(ksyms_open_path(&k, f.path), 0);
	assert_int_equal(ksyms_address(k, "here", &a), -EPERM);
	assert_int_equal(ksyms_address(k, "nowhere", &a), -ENOENT);
	assert_true(ksyms_has(k, "there"));
	assert_null(ksyms_name(k, 0xffffffff81000000, NULL));
}

static void test_ksyms_bad(void **state _unused_)
{
	FILE_OF(empty, "");
	FILE_OF(words, "this is no symbol\n");
	FILE_OF(cut, "ffffffff81000000 T ok\nffffffff8100");
	const struct {
		const char *path;
		int err;
	} bad[] = { { empty.path, -ENODATA }, { words.path, -EINVAL }, { cut.path, -EINVAL } };
	struct ksyms *k = NULL;
	uint64_t a;

	assert_int_equal(ksyms_open_path(&k, "/nonexistent"), -ENOENT);
	assert_null(k);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ksyms_open_path(&k, bad[i].path), 0);
		assert_int_equal(ksyms_address(k, "ok", &a), bad[i].err);
		assert_int_equal(ksyms_address(k, "ok", &a), bad[i].err);
		assert_int_equal(ksyms_each(k, "*", stop_at_once, NULL), bad[i].err);
		assert_null(ksyms_name(k, 1, NULL));
		ksyms_free(k);
	}
}

static void test_ksyms_here(void **state _unused_)
{
	struct ksyms *k _cleanup_(free_ksyms) = NULL;
	uint64_t a, offset;

	if (access("/proc/kallsyms", R_OK)) {
		print_message("no /proc/kallsyms here\n");
		skip();
	}
	assert_int_equal(ksyms_open(&k), 0);
	assert_true(ksyms_has(k, "vfs_read"));
	if (ksyms_address(k, "vfs_read", &a) == -EPERM) {
		print_message("addresses are hidden\n");
		skip();
	}
	assert_string_equal(ksyms_name(k, a + 1, &offset), "vfs_read");
	assert_int_equal(offset, 1);
}

/* --- configuration --------------------------------------------------------------------------- */

#define CONFIG                                    \
	"# Automatically generated\n"             \
	"CONFIG_BPF=y\n"                          \
	"CONFIG_BPF_LSM=m\n"                      \
	"# CONFIG_BPF_PRELOAD is not set\n"       \
	"CONFIG_HZ=250\n"                         \
	"CONFIG_DEFAULT_HOSTNAME=\"(none) =x\"\n" \
	"CONFIG_EMPTY=\"\"\n"                     \
	"CONFIG_BPF=n\n"                          \
	"NOT_CONFIG_X=y"

/* The file at @path, or the text itself. */
static void check_config(const char *path)
{
	struct kconfig *k _cleanup_(free_kconfig) = NULL;

	assert_int_equal(path ? kconfig_open_path(&k, path) : kconfig_open_text(&k, CONFIG), 0);
	assert_string_equal(kconfig_get(k, "CONFIG_BPF"), "y"); /* the first counts */
	assert_string_equal(kconfig_get(k, "BPF"), "y");
	assert_string_equal(kconfig_get(k, "CONFIG_BPF_LSM"), "m");
	assert_string_equal(kconfig_get(k, "CONFIG_HZ"), "250");
	assert_string_equal(kconfig_get(k, "CONFIG_DEFAULT_HOSTNAME"), "\"(none) =x\"");
	assert_string_equal(kconfig_get(k, "CONFIG_EMPTY"), "\"\"");
	assert_null(kconfig_get(k, "CONFIG_BPF_PRELOAD"));
	assert_null(kconfig_get(k, "CONFIG_BP"));
	assert_null(kconfig_get(k, "CONFIG_X"));
	assert_null(kconfig_get(k, ""));
}

static void test_kconfig(void **state _unused_)
{
	FILE_OF(plain, CONFIG);
	FILE_OF(packed, "");
	gzFile gz = gzopen(packed.path, "wb");
	struct kconfig *k = NULL;

	assert_non_null(gz);
	assert_int_equal(gzwrite(gz, CONFIG, sizeof(CONFIG) - 1), sizeof(CONFIG) - 1);
	assert_int_equal(gzclose(gz), Z_OK);
	check_config(NULL);
	check_config(plain.path);
	check_config(packed.path);
	assert_int_equal(truncate(packed.path, 40), 0);
	assert_int_equal(kconfig_open_path(&k, packed.path), -EIO);
	assert_int_equal(kconfig_open_path(&k, "/nonexistent"), -ENOENT);
	assert_null(k);
	assert_int_equal(kconfig_open_text(&k, ""), 0);
	assert_null(kconfig_get(k, "CONFIG_BPF"));
	kconfig_free(k);
}

static void test_kconfig_here(void **state _unused_)
{
	struct kconfig *k _cleanup_(free_kconfig) = NULL;
	int err = kconfig_open(&k);

	if (err == -ENOENT || err == -EACCES) {
		print_message("no configuration of this kernel here\n");
		skip();
	}
	assert_int_equal(err, 0);
	assert_string_equal(kconfig_get(k, "CONFIG_PROC_FS"), "y");
}

/* --- system calls and probes, as far as they need no privilege ------------------------------- */

static void test_calls(void **state _unused_)
{
	uint32_t count = 7, size = 8;
	uint64_t value = 0;

	/* EPERM where the caller may not even ask */
	assert_true(sys_map_lookup(-1, &value, &value, 0) < 0);
	assert_true(sys_obj_info(-1, &value, &size) < 0);
	assert_true(sys_obj_get("/nonexistent", 0) < 0);
	assert_true(sys_map_batch(BPF_MAP_LOOKUP_BATCH, -1, NULL, &value, &value, &value, &count,
				  0) < 0);
	assert_int_equal(sys_btf_load("", SIZE_MAX, -1), -E2BIG);
}

static void test_probe_names(void **state _unused_)
{
	struct prober *p = prober_new();

	for (int i = 0; i < PROBE_FEATURES; i++) {
		assert_non_null(probe_name((enum probe_feature)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(probe_name((enum probe_feature)i),
						probe_name((enum probe_feature)j));
	}
	assert_null(probe_name(PROBE_FEATURES));
	assert_int_equal(probe(p, PROBE_FEATURES), PROBE_UNKNOWN);
	/* no kernel has so many types, whoever asks */
	assert_int_equal(probe_program_type(p, UINT32_MAX, 0), PROBE_NO);
	assert_int_equal(probe_map_type(p, UINT32_MAX), PROBE_NO);
	prober_free(p);
	prober_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpus),         cmocka_unit_test(test_cpus_here),
		cmocka_unit_test(test_version),      cmocka_unit_test(test_release),
		cmocka_unit_test(test_mounts),       cmocka_unit_test(test_caps),
		cmocka_unit_test(test_bpffs),        cmocka_unit_test(test_pmu),
		cmocka_unit_test(test_ksyms_wanted), cmocka_unit_test(test_ksyms_one_by_one),
		cmocka_unit_test(test_ksyms_all),    cmocka_unit_test(test_ksyms_long),
		cmocka_unit_test(test_ksyms_hidden), cmocka_unit_test(test_ksyms_bad),
		cmocka_unit_test(test_ksyms_here),   cmocka_unit_test(test_kconfig),
		cmocka_unit_test(test_kconfig_here), cmocka_unit_test(test_calls),
		cmocka_unit_test(test_probe_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
