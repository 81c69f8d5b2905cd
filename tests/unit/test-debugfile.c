/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Tests of functions that only a separate debug file names: where it is found, and that it must be the
 * binary's own.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif

#include "elf-image.h"
#include "elf/symbol.h"

static const char code[32] = "0123456789abcdef0123456789abcde";
static const char strings[] = "\0prog";

static int count_function(void *user, const char *name, uint64_t offset)
{
	size_t *count = user;

	assert_string_equal(name, "prog");
	assert_int_equal(offset, 64);
	++*count;
	return 0;
}

/* prog is 32 bytes, at 64: what is beyond is nobody's, as is what stripping left without a name. */
static void check_names(const char *path, const uint8_t *id, size_t id_size)
{
	struct elf_functions *f = NULL;
	uint64_t into = 99;

	assert_int_equal(elf_functions_read(path, &f), 0);
	assert_int_equal(elf_functions_build_id(f)->n, id_size);
	if (id_size)
		assert_memory_equal(elf_functions_build_id(f)->bytes, id, id_size);
	assert_string_equal(elf_functions_name(f, 64, &into), "prog");
	assert_int_equal(into, 0);
	assert_string_equal(elf_functions_name(f, 95, &into), "prog");
	assert_int_equal(into, 31);
	assert_null(elf_functions_name(f, 63, &into));
	assert_null(elf_functions_name(f, 96, &into));
	assert_null(elf_functions_name(f, UINT64_MAX, &into));
	elf_functions_free(f);
}

static void put_image(const char *dir, const char *name, const struct image *m)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(m->bytes.data, 1, m->bytes.len, f), m->bytes.len);
	assert_int_equal(fclose(f), 0);
}

static struct image_section code_section(void)
{
	return (struct image_section) { .name = ".text",
					.type = SHT_PROGBITS,
					.flags = SHF_ALLOC | SHF_EXECINSTR,
					.data = code,
					.size = sizeof(code) };
}

static struct image_section id_section(const uint8_t *note, size_t size)
{
	return (struct image_section) { .name = ".note.gnu.build-id",
					.type = SHT_NOTE,
					.align = 4,
					.data = note,
					.size = size };
}

/* With a symbol, as 'objcopy --only-keep-debug' makes it. */
static void make_debug(struct image *m, const uint8_t *id, size_t id_size)
{
	struct image symbols = { .wide = true };
	struct image_section sections[4];

	image_symbol(&symbols, 0, 0, 0, 0, 0);
	image_symbol(&symbols, 1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 1, 0, 32);
	sections[0] = code_section();
	sections[1] = (struct image_section) {
		.name = ".strtab", .type = SHT_STRTAB, .data = strings, .size = sizeof(strings)
	};
	sections[2] = (struct image_section) { .name = ".symtab",
					       .type = SHT_SYMTAB,
					       .link = 2,
					       .info = 1,
					       .entsize = 24,
					       .data = symbols.bytes.data,
					       .size = symbols.bytes.len };
	sections[3] = id_section(id, id_size);
	image_build(m, EM_X86_64, sections, id ? 4 : 3);
	image_segment(m, PF_R | PF_X, 0, 0, m->bytes.len);
	buf_free(&symbols.bytes);
}

static void put_debug(const char *dir, const char *name, const uint8_t *id, size_t id_size,
		      uint32_t *sum)
{
	struct image m = { .wide = true };

	make_debug(&m, id, id_size);
	*sum = (uint32_t)crc32(0, (const uint8_t *)m.bytes.data, (unsigned int)m.bytes.len);
	put_image(dir, name, &m);
	buf_free(&m.bytes);
}

/* What is left when it is stripped; its code is 64 bytes into the file. */
static void put_stripped(const char *dir, const char *link, uint32_t sum, const uint8_t *id,
			 size_t id_size)
{
	struct image m = { .wide = true };
	struct image_section sections[3];
	char data[64] = { 0 };
	size_t at = (strlen(link) + 4) & ~(size_t)3;

	memcpy(data, link, strlen(link));
	for (size_t i = 0; i < 4; i++)
		data[at + i] = (char)(sum >> 8 * i);
	sections[0] = code_section();
	sections[1] = (struct image_section) {
		.name = ".gnu_debuglink", .type = SHT_PROGBITS, .data = data, .size = at + 4
	};
	sections[2] = id_section(id, id_size);
	image_build(&m, EM_X86_64, sections, id ? 3 : 2);
	image_segment(&m, PF_R | PF_X, 0, 64, 32);
	put_image(dir, "prog", &m);
	buf_free(&m.bytes);
}

static void test_debug_file(void **state _unused_)
{
	static const uint8_t id[] = { 4, 0, 0,   0,   4,   0, 0, 0, 3, 0,
				      0, 0, 'G', 'N', 'U', 0, 1, 2, 3, 4 };
	static const uint8_t other[] = { 4, 0, 0,   0,   4,   0, 0, 0, 3, 0,
					 0, 0, 'G', 'N', 'U', 0, 1, 2, 3, 5 };
	char dir[] = "/tmp/cleat-test-XXXXXX", path[64], beside[64], below[64], folder[64];
	size_t count = 0;
	uint64_t offset = 0;
	uint32_t sum;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/prog", dir);
	snprintf(beside, sizeof(beside), "%s/prog.debug", dir);
	snprintf(folder, sizeof(folder), "%s/.debug", dir);
	snprintf(below, sizeof(below), "%s/.debug/prog.debug", dir);
	assert_int_equal(mkdir(folder, 0700), 0);

	put_debug(dir, "prog.debug", NULL, 0, &sum);
	put_stripped(dir, "prog.debug", sum, NULL, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), 0);
	/* where the binary has it, not the debug file */
	assert_int_equal(offset, 64);
	assert_int_equal(elf_function_each(path, "pro*", count_function, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(rename(beside, below), 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), 0);
	assert_int_equal(elf_function_offset(path, "prgo", &offset, NULL), -ENOENT);
	/* of another build */
	put_stripped(dir, "prog.debug", sum + 1, NULL, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	/* where there is one, the build-id decides */
	put_debug(dir, ".debug/prog.debug", id, sizeof(id), &sum);
	put_stripped(dir, "prog.debug", 0, id, sizeof(id));
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), 0);
	check_names(path, id + 16, 4);
	put_stripped(dir, "prog.debug", sum, other, sizeof(other));
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	/* itself, elsewhere, nothing */
	put_stripped(dir, "prog", 0, NULL, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	put_stripped(dir, "../prog.debug", sum, NULL, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	put_stripped(dir, "", sum, NULL, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	unlink(below);
	unlink(path);
	rmdir(folder);
	assert_int_equal(rmdir(dir), 0);
}

/* Symbols left in the stripped binary itself, compressed; @n of the bytes that they are. */
#ifdef HAVE_LZMA
static void put_mini(const char *dir, const uint8_t *packed, size_t n)
{
	struct image m = { .wide = true };
	struct image_section sections[] = {
		code_section(),
		{ .name = ".gnu_debugdata", .type = SHT_PROGBITS, .data = packed, .size = n },
	};

	image_build(&m, EM_X86_64, sections, 2);
	image_segment(&m, PF_R | PF_X, 0, 64, 32);
	put_image(dir, "prog", &m);
	buf_free(&m.bytes);
}

static void test_minidebug(void **state _unused_)
{
	char dir[] = "/tmp/cleat-test-XXXXXX", path[64];
	struct image debug = { .wide = true };
	static uint8_t packed[65536], zeroes[1 << 20];
	size_t n = 0, count = 0;
	uint64_t offset = 0;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/prog", dir);
	make_debug(&debug, NULL, 0);
	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL,
						 (const uint8_t *)debug.bytes.data, debug.bytes.len,
						 packed, &n, sizeof(packed)),
			 LZMA_OK);
	put_mini(dir, packed, n);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), 0);
	assert_int_equal(offset, 64);
	assert_int_equal(elf_function_each(path, "pro*", count_function, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(elf_function_offset(path, "prgo", &offset, NULL), -ENOENT);
	check_names(path, NULL, 0);
	/* cut, damaged, nothing at all: as good as none */
	put_mini(dir, packed, n - 8);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	packed[n / 2] ^= 0x55;
	put_mini(dir, packed, n);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	put_mini(dir, packed, 0);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	/* so well packed that it takes more than one try, and no ELF file */
	n = 0;
	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, zeroes, sizeof(zeroes),
						 packed, &n, sizeof(packed)),
			 LZMA_OK);
	put_mini(dir, packed, n);
	assert_int_equal(elf_function_offset(path, "prog", &offset, NULL), -ENOENT);
	buf_free(&debug.bytes);
	unlink(path);
	assert_int_equal(rmdir(dir), 0);
}
#else
static void test_minidebug(void **state _unused_)
{
	print_message("built without liblzma\n");
	skip();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debug_file),
		cmocka_unit_test(test_minidebug),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
