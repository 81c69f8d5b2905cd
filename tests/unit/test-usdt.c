/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Tests of what the usdt plugin reads: argument texts of all machines, the notes of this very program
 * and of damaged ones, and the bytes that programs get.
 */
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/sdt.h"
#include "plugin-fixture.h"
#include "program/usdt/args.h"
#include "program/usdt/notes.h"
#include "program/usdt/specs.h"

static bool symbol(void *user, const char *name, size_t n, uint64_t *address)
{
	(void)user;
	*address = 0x5008;
	return n == 7 && memcmp(name, "counter", n) == 0;
}

static struct args_place place_of(uint16_t machine, bool fixed)
{
	return (struct args_place) {
		.machine = machine, .fixed = fixed, .site = 0x1000, .symbol = symbol
	};
}

/* "KIND VALUE REG INDEX SHIFT BYTES", signed sizes below 0. */
static void is_arg(const struct arg *a, const char *text)
{
	char got[128];

	if (a->kind == ARG_UNREADABLE)
		snprintf(got, sizeof(got), "unreadable %.*s", (int)a->length, a->text);
	else if (a->kind == ARG_CONST)
		snprintf(got, sizeof(got), "const %lld, %d", (long long)a->value,
			 a->is_signed ? -a->bytes : a->bytes);
	else if (a->kind == ARG_REG)
		snprintf(got, sizeof(got), "reg %u, %d", a->reg,
			 a->is_signed ? -a->bytes : a->bytes);
	else if (a->kind == ARG_MEMORY)
		snprintf(got, sizeof(got), "memory %u%+lld, %d", a->reg, (long long)a->value,
			 a->is_signed ? -a->bytes : a->bytes);
	else
		snprintf(got, sizeof(got), "indexed %u+(%u<<%u)%+lld, %d", a->reg, a->index,
			 a->shift, (long long)a->value, a->is_signed ? -a->bytes : a->bytes);
	assert_string_equal(got, text);
}

/* One argument, as it is in code that can be anywhere. */
static void parses(uint16_t machine, bool fixed, const char *text, const char *want)
{
	struct args_place place = place_of(machine, fixed);
	struct arg args[ARGS_MAX];

	assert_int_equal(args_parse(&place, text, args), 1);
	is_arg(&args[0], want);
}

struct sample {
	const char *text, *want;
};

static void all(uint16_t machine, bool fixed, const struct sample *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		parses(machine, fixed, v[i].text, v[i].want);
}
#define ALL(machine, fixed, v) all(machine, fixed, v, sizeof(v) / sizeof((v)[0]))

static void test_x86_64(void **state)
{
	static const struct sample v[] = {
		{ "-4@%eax", "reg 80, -4" },
		{ "8@%rdi", "reg 112, 8" },
		{ "8@%r8", "reg 72, 8" },
		{ "4@%r11d", "reg 48, 4" },
		{ "2@%r12w", "reg 24, 2" },
		{ "1@%r15b", "reg 0, 1" },
		{ "1@%al", "reg 80, 1" },
		{ "-1@%bh", "reg 41, -1" },
		{ "1@%sil", "reg 104, 1" },
		{ "2@%bp", "reg 32, 2" },
		{ "8@%rsp", "reg 152, 8" },
		{ "%ecx", "reg 88, 8" },
		{ "-4@$-9", "const -9, -4" },
		{ "8@$0x10", "const 16, 8" },
		{ "8@$18446744073709551615", "const -1, 8" },
		{ "8@(%rsp)", "memory 152+0, 8" },
		{ "-4@-20(%rbp)", "memory 32-20, -4" },
		{ "8@8+16(%rsp)", "memory 152+24, 8" },
		{ "8@-8-8(%rsp)", "memory 152-16, 8" },
		{ "1@(%rax,%rdx)", "indexed 80+(96<<0)+0, 1" },
		{ "8@-96(%rbp,%rax,8)", "indexed 32+(80<<3)-96, 8" },
		{ "8@(%r8, %r9, 4)", "indexed 72+(64<<2)+0, 8" },
		{ "4@counter(%rip)", "memory 128+16392, 4" },
		{ "4@counter+8(%rip)", "memory 128+16400, 4" },
		{ "4@8+counter(%rip)", "memory 128+16400, 4" },
		{ "8f@-8(%rbp)", "memory 32-8, 8" },
		{ "-8f@-8(%rbp)", "memory 32-8, 8" },
		{ "8f@%xmm0", "unreadable 8f@%xmm0" },
		{ "16@%rax", "unreadable 16@%rax" },
		{ "3@%rax", "unreadable 3@%rax" },
		{ "4@%r7d", "unreadable 4@%r7d" },
		{ "4@%r16", "unreadable 4@%r16" },
		{ "4@%fs:8(%rax)", "unreadable 4@%fs:8(%rax)" },
		{ "8@$counter", "unreadable 8@$counter" },
		{ "8@counter", "unreadable 8@counter" },
		{ "8@counter(%rax)", "unreadable 8@counter(%rax)" },
		{ "8@counter(,%rax,8)", "unreadable 8@counter(,%rax,8)" },
		{ "8@nothing(%rip)", "unreadable 8@nothing(%rip)" },
		{ "8@8(%rip)", "unreadable 8@8(%rip)" },
		{ "8@counter-counter(%rip)", "unreadable 8@counter-counter(%rip)" },
		{ "8@(%rax,%rbx,3)", "unreadable 8@(%rax,%rbx,3)" },
		{ "8@(%rax", "unreadable 8@(%rax" },
		{ "8@()", "unreadable 8@()" },
		{ "8@(,%rax,8)", "unreadable 8@(,%rax,8)" },
		{ "8@", "unreadable 8@" },
		{ "8@$", "unreadable 8@$" },
		{ "8@-", "unreadable 8@-" },
		{ "8@%", "unreadable 8@%" },
		{ "8@%raxx", "unreadable 8@%raxx" },
		{ "8@1+", "unreadable 8@1+" },
	};
	static const struct sample fixed[] = {
		{ "8@$counter", "const 20488, 8" },
		{ "8@$counter+8", "const 20496, 8" },
		{ "8@counter", "memory 128+16392, 8" },
		{ "4@20488", "memory 128+16392, 4" },
		{ "8@counter(%rax)", "memory 80+20488, 8" },
		{ "8@counter(,%rax,8)", "indexed 128+(80<<3)+16392, 8" },
	};

	(void)state;
	ALL(EM_X86_64, false, v);
	ALL(EM_X86_64, true, fixed);
}

static void test_others(void **state)
{
	static const struct sample i386[] = {
		{ "-4@%eax", "reg 24, -4" },     { "%esp", "reg 60, 4" },
		{ "1@%bh", "reg 1, 1" },         { "4@-8(%ebp)", "memory 20-8, 4" },
		{ "8@%r8", "unreadable 8@%r8" },
	};
	static const struct sample arm64[] = {
		{ "-4@x0", "reg 0, -4" },
		{ "-4@w30", "reg 240, -4" },
		{ "8@x31", "unreadable 8@x31" },
		{ "8@sp", "reg 248, 8" },
		{ "8@[sp]", "memory 248+0, 8" },
		{ "8@[sp, 216]", "memory 248+216, 8" },
		{ "8@[x0, #-8]", "memory 0-8, 8" },
		{ "8@[x1,x2]", "indexed 8+(16<<0)+0, 8" },
		{ "4@[x1, x2, lsl #2]", "indexed 8+(16<<2)+0, 4" },
		{ "4@[x1, w2, sxtw 2]", "unreadable 4@[x1, w2, sxtw 2]" },
		{ "4@[x0, :lo12:counter]", "memory 0+8, 4" },
		{ "4@[x0, #:lo12:counter+4]", "memory 0+12, 4" },
		{ "4@5", "const 5, 4" },
		{ "-4@#-5", "const -5, -4" },
		{ "4@wzr", "const 0, 4" },
		{ "8f@d0", "unreadable 8f@d0" },
		{ "8@[x0", "unreadable 8@[x0" },
	};
	static const struct sample arm[] = {
		{ "-4@r3", "reg 12, -4" },
		{ "4@[fp, #-8]", "memory 44-8, 4" },
		{ "4@#7", "const 7, 4" },
		{ "4@sp", "reg 52, 4" },
	};
	static const struct sample s390[] = {
		{ "-4@%r2", "reg 40, -4" },
		{ "8@160(%r15)", "memory 144+160, 8" },
		{ "8@8(%r3,%r4)", "indexed 48+(56<<0)+8, 8" },
		{ "-4@-7", "const -7, -4" },
		{ "8f@%f0", "unreadable 8f@%f0" },
	};
	static const struct sample riscv[] = {
		{ "-4@a0", "reg 80, -4" },          { "8@fp", "reg 64, 8" },
		{ "8@-24(s0)", "memory 64-24, 8" }, { "8@t6", "reg 248, 8" },
		{ "4@zero", "const 0, 4" },         { "4@99", "const 99, 4" },
		{ "8f@fa0", "unreadable 8f@fa0" },
	};

	(void)state;
	ALL(EM_386, false, i386);
	ALL(EM_AARCH64, false, arm64);
	ALL(EM_ARM, false, arm);
	ALL(EM_S390, false, s390);
	ALL(243 /* EM_RISCV */, false, riscv);
	parses(EM_PPC64, false, "8@%r3", "unreadable 8@%r3");
}

/* Blanks are between arguments and in them; what is not understood does not hide what follows. */
static void test_many(void **state)
{
	struct args_place place = place_of(EM_AARCH64, false);
	struct arg args[ARGS_MAX];

	(void)state;
	assert_int_equal(args_parse(&place, "", args), 0);
	assert_int_equal(args_parse(&place, "  ", args), 0);
	assert_int_equal(args_parse(&place, " 8@x0 -4@[sp, 8]  4@[x1, x2, uxtw 3] 1@5 ", args), 4);
	is_arg(&args[0], "reg 0, 8");
	is_arg(&args[1], "memory 248+8, -4");
	is_arg(&args[2], "unreadable 4@[x1, x2, uxtw 3]");
	is_arg(&args[3], "const 5, 1");
	place.machine = EM_X86_64;
	place.fixed = true;
	/* what looks like a part of it is the next one */
	assert_int_equal(args_parse(&place, "8@$ 4@%eax", args), 2);
	is_arg(&args[0], "unreadable 8@$");
	is_arg(&args[1], "reg 80, 4");
	assert_int_equal(args_parse(&place, "8@counter 8@(%rax)", args), 2);
	is_arg(&args[1], "memory 80+0, 8");
	assert_int_equal(args_parse(&place,
				    "1@$1 1@$2 1@$3 1@$4 1@$5 1@$6 1@$7 1@$8 1@$9 1@$10 "
				    "1@$11 1@$12 1@$13 1@$14",
				    args),
			 14);
	is_arg(&args[11], "const 12, 1");
}

/* ---- notes -------------------------------------------------------------------------------------- */

extern volatile unsigned short unit_semaphore;
volatile unsigned short unit_semaphore __attribute__((used, section(".probes")));

/* Keeps the compiler from making two of the probes. */
static __attribute__((noinline)) uint64_t pass_probes(int n)
{
	uint64_t here;

	__asm__ volatile(SDT_PROBE("unit", "first", "0", "-4@%[n]") : : [n] "r"(n));
	__asm__ volatile(SDT_PROBE("unit", "second", "unit_semaphore", ""));
	__asm__ volatile("" : "=r"(here) : "0"((uint64_t)n));
	return here;
}

/* Made by the linker: where the file's address 0 is when its place is chosen at run time. */
extern const char __executable_start[];

static void test_notes(void **state)
{
	struct cleat *c = NULL;
	struct notes notes;
	uint64_t address = 0;
	uint8_t code = 0;

	(void)state;
	assert_int_equal(pass_probes(3), 3);
	assert_int_equal(cleat_open(&c, NULL), 0);
	assert_int_equal(notes_read(c, "/proc/self/exe", &notes), 0);
	assert_int_equal(notes.n, 2);
	assert_string_equal(notes.v[0].provider, "unit");
	assert_string_equal(notes.v[0].name, "first");
	assert_true(strlen(notes.v[0].args) > 3);
	assert_int_equal(notes.v[0].semaphore, 0);
	assert_string_equal(notes.v[1].name, "second");
	assert_string_equal(notes.v[1].args, "");
	assert_true(notes.v[1].semaphore > 0);
	assert_false(notes.v[1].bad_semaphore);
	assert_int_equal(notes_address(&notes, notes.v[0].offset), notes.v[0].address);
	assert_int_equal(notes_address(&notes, 1ull << 60), 0);
	assert_int_equal(notes_code(&notes, notes.v[0].offset, &code, 1), 1);
#ifdef __x86_64__
	assert_int_equal(code, 0x90);
#endif
	/* the semaphore, which has a name as well */
	assert_true(notes_symbol(&notes, "unit_semaphore", 14, &address));
	if (!notes.fixed)
		address += (uintptr_t)__executable_start;
	assert_ptr_equal((void *)(uintptr_t)address, (const void *)&unit_semaphore);
	assert_false(notes_symbol(&notes, "unit_semaphor", 13, &address));
	notes_free(&notes);
	cleat_close(c);
}

static void refused(struct cleat *c, const char *path, int err)
{
	struct notes notes;

	assert_int_equal(notes_read(c, path, &notes), err);
	notes_free(&notes);
}

static void test_no_notes(void **state)
{
	struct cleat *c = NULL;
	char *dir = make_dir();

	(void)state;
	assert_int_equal(cleat_open(&c, NULL), 0);
	write_file(dir, "text", "no binary\n");
	refused(c, in_dir(dir, "text"), -ENOEXEC);
	refused(c, in_dir(dir, "nothing"), -ENOENT);
	refused(c, dir, -ENOEXEC);
	refused(c, "/dev/zero", -ENOEXEC);
	cleat_close(c);
	remove_dir(dir);
}

/* The bytes of this program; the caller frees them. */
static char *own_bytes(size_t *size)
{
	FILE *f = fopen("/proc/self/exe", "r");
	char *bytes = malloc(64 << 20);

	assert_non_null(f);
	assert_non_null(bytes);
	*size = fread(bytes, 1, 64 << 20, f);
	fclose(f);
	return bytes;
}

/* Where the next note's owner stands, from @at on; @size: there is none. */
static size_t next_owner(const char *bytes, size_t size, size_t at)
{
	for (; at + 40 < size; at++)
		if (at >= 12 && memcmp(bytes + at, "stapsdt", 8) == 0 && bytes[at - 12] == 8)
			return at;
	return size;
}

static void lower(char *bytes, size_t at, uintptr_t by)
{
	uintptr_t word;

	memcpy(&word, bytes + at, sizeof(word));
	word = word ? word - by : 0;
	memcpy(bytes + at, &word, sizeof(word));
}

/* What moved a binary after it was linked did not touch the notes: their base tells how far. */
static void test_moved(void **state)
{
	const size_t word = sizeof(uintptr_t);
	char *dir = make_dir(), *bytes;
	const char *path = in_dir(dir, "moved");
	struct notes before, after;
	struct cleat *c = NULL;
	size_t size, n = 0;
	FILE *f;

	(void)state;
	bytes = own_bytes(&size);
	for (size_t at = next_owner(bytes, size, 0); at < size;
	     at = next_owner(bytes, size, at + 8), n++)
		for (size_t i = 0; i < 3; i++) /* the probe, the base, the semaphore */
			lower(bytes, at + 8 + i * word, 0x10);
	assert_true(n >= 2);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	fclose(f);
	free(bytes);

	assert_int_equal(cleat_open(&c, NULL), 0);
	assert_int_equal(notes_read(c, "/proc/self/exe", &before), 0);
	assert_int_equal(notes_read(c, path, &after), 0);
	assert_int_equal(after.n, before.n);
	for (size_t i = 0; i < after.n; i++) {
		assert_int_equal(after.v[i].address, before.v[i].address);
		assert_int_equal(after.v[i].offset, before.v[i].offset);
		assert_int_equal(after.v[i].semaphore, before.v[i].semaphore);
	}
	notes_free(&before);
	notes_free(&after);
	cleat_close(c);
	remove_dir(dir);
}

/* Every byte of the section changed in turn, and the file cut: no crash, and never a probe outside. */
static void test_damaged(void **state)
{
	char *dir = make_dir(), *bytes;
	const char *path = in_dir(dir, "damaged");
	struct cleat *c = NULL;
	struct notes notes;
	size_t size, at;
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_int_equal(cleat_open(&c, NULL), 0);
	bytes = own_bytes(&size);
	assert_int_equal(write(fd, bytes, size), size);
	/* the first note */
	at = next_owner(bytes, size, 0);
	assert_true(at < size);
	for (size_t i = at - 12; i < at + 64; i++) {
		char other = (char)(bytes[i] ^ 0xff);

		assert_int_equal(pwrite(fd, &other, 1, (off_t)i), 1);
		if (notes_read(c, path, &notes) == 0)
			for (size_t k = 0; k < notes.n; k++)
				assert_true(notes.v[k].offset < size);
		notes_free(&notes);
		assert_int_equal(pwrite(fd, bytes + i, 1, (off_t)i), 1);
	}
	for (size_t n = 0; n < size; n += size / 97 + 1) {
		assert_int_equal(ftruncate(fd, (off_t)n), 0);
		assert_true(notes_read(c, path, &notes) < 0);
		notes_free(&notes);
		assert_int_equal(pwrite(fd, bytes, size, 0), size);
	}
	close(fd);
	free(bytes);
	cleat_close(c);
	remove_dir(dir);
}

/* ---- what programs get -------------------------------------------------------------------------- */

/* As <cleat/usdt.h> and libbpf's header of old have it. */
struct narrow {
	struct {
		uint64_t value;
		uint32_t kind;
		int16_t reg;
		uint8_t is_signed, unused_bits;
	} args[12];
	uint64_t cookie;
	int16_t n;
};

/* As libbpf's of late. */
struct wide {
	struct {
		uint64_t value;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		uint32_t kind : 8;
		uint16_t index : 12;
		uint16_t shift : 4;
		uint8_t reserved : 8;
#else
		uint8_t reserved : 8;
		uint16_t index : 12;
		uint16_t shift : 4;
		uint32_t kind : 8;
#endif
		int16_t reg;
		uint8_t is_signed, unused_bits;
	} args[12];
	uint64_t cookie;
	int16_t n;
};

static void test_encode(void **state)
{
	struct spec spec = { .n = 3, .cookie = 0x1122334455667788 };
	struct narrow narrow;
	struct wide wide;

	(void)state;
	spec.args[0] =
		(struct arg) { .kind = ARG_CONST, .value = -9, .bytes = 4, .is_signed = true };
	spec.args[1] = (struct arg) { .kind = ARG_MEMORY, .value = 8, .reg = 152, .bytes = 8 };
	spec.args[2] = (struct arg) {
		.kind = ARG_INDEXED, .value = 24, .reg = 80, .index = 0x128, .shift = 3, .bytes = 1
	};
	assert_true(specs_encode(&spec, &narrow, sizeof(narrow)));
	assert_int_equal(narrow.n, 3);
	assert_int_equal(narrow.cookie, 0x1122334455667788);
	assert_int_equal(narrow.args[0].kind, 0);
	assert_true(narrow.args[0].value == (uint64_t)-9);
	assert_int_equal(narrow.args[0].is_signed, 1);
	assert_int_equal(narrow.args[0].unused_bits, 32);
	assert_int_equal(narrow.args[1].kind, 2);
	assert_int_equal(narrow.args[1].reg, 152);
	assert_int_equal(narrow.args[1].unused_bits, 0);
	/* a kind that programs of old do not know, whatever is in its upper bytes */
	assert_int_equal(narrow.args[2].kind & 0xff, 3);
	assert_int_equal(narrow.args[2].reg, 80);

	assert_true(specs_encode(&spec, &wide, sizeof(wide)));
	assert_int_equal(wide.n, 3);
	assert_int_equal(wide.cookie, 0x1122334455667788);
	assert_int_equal(wide.args[1].kind, 2);
	assert_int_equal(wide.args[1].reg, 152);
	assert_int_equal(wide.args[2].kind, 3);
	assert_int_equal(wide.args[2].index, 0x128);
	assert_int_equal(wide.args[2].shift, 3);
	assert_int_equal(wide.args[2].reg, 80);
	assert_int_equal(wide.args[2].unused_bits, 56);
	assert_false(specs_encode(&spec, &wide, sizeof(narrow) + 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86_64),   cmocka_unit_test(test_others),
		cmocka_unit_test(test_many),     cmocka_unit_test(test_notes),
		cmocka_unit_test(test_no_notes), cmocka_unit_test(test_moved),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_encode),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
