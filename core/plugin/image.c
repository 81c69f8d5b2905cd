// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * image.c - is a file a shared object for this process, and all there? The dynamic linker maps
 * what the headers promise: of a file that was cut off, the missing part is a SIGBUS. Knows ELF's
 * headers; refuses to know what a plugin is.
 */
#include <elf.h>
#include <link.h>
#include <sys/stat.h>

#include "base/file.h"
#include "plugin/inner.h"

#define NATIVE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

/* The machine that this process runs on; EM_NONE: the dynamic linker will know. */
#if defined(__x86_64__)
#define NATIVE_MACHINE EM_X86_64
#elif defined(__i386__)
#define NATIVE_MACHINE EM_386
#elif defined(__aarch64__)
#define NATIVE_MACHINE EM_AARCH64
#elif defined(__arm__)
#define NATIVE_MACHINE EM_ARM
#elif defined(__s390__)
#define NATIVE_MACHINE EM_S390
#elif defined(__powerpc64__)
#define NATIVE_MACHINE EM_PPC64
#elif defined(__riscv)
#define NATIVE_MACHINE EM_RISCV
#else
#define NATIVE_MACHINE EM_NONE
#endif
#define NATIVE_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

/* -ENODATA when the file has less. */
static int read_at(int fd, void *to, size_t n, off_t at)
{
	ssize_t got = pread(fd, to, n, at);

	if (got < 0)
		return -errno;
	return (size_t)got == n ? 0 : -ENODATA;
}

static int check_segments(int fd, const ElfW(Ehdr) * e, uint64_t size, struct report *r)
{
	ElfW(Phdr) p;
	size_t i;

	for (i = 0; i < e->e_phnum; i++) {
		uint64_t at = (uint64_t)e->e_phoff + i * sizeof(p), end;
		int err = at > size ? -ENODATA : read_at(fd, &p, sizeof(p), (off_t)at);

		if (err && err != -ENODATA)
			return report_sys(r, err, "cannot be read");
		if (err)
			return report_error(r, ENOEXEC, "is cut off: its headers end at byte %llu",
					    (unsigned long long)size);
		if (p.p_type != PT_LOAD)
			continue;
		if (__builtin_add_overflow((uint64_t)p.p_offset, (uint64_t)p.p_filesz, &end) ||
		    end > size)
			return report_error(r, ENOEXEC, "is cut off after %llu bytes",
					    (unsigned long long)size);
	}
	return 0;
}

static int check_image(int fd, struct report *r)
{
	struct stat st;
	ElfW(Ehdr) e;
	int err;

	if (fstat(fd, &st))
		return report_sys(r, errno, "cannot be read");
	err = read_at(fd, &e, sizeof(e), 0);
	if (err && err != -ENODATA)
		return report_sys(r, err, "cannot be read");
	if (err || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0)
		return report_error(r, ENOEXEC, "is no shared object");
	if (e.e_ident[EI_CLASS] != NATIVE_CLASS || e.e_type != ET_DYN ||
	    e.e_phentsize != sizeof(ElfW(Phdr)))
		return report_error(r, ENOEXEC, "is no shared object that this cleat could open");
	if (e.e_ident[EI_DATA] != NATIVE_ORDER ||
	    (NATIVE_MACHINE != EM_NONE && e.e_machine != NATIVE_MACHINE))
		return report_error(r, ENOEXEC, "is for another machine (ELF machine %u)",
				    (unsigned int)e.e_machine);
	return check_segments(fd, &e, (uint64_t)st.st_size, r);
}

int image_check(const char *path, struct report *r)
{
	int fd = file_open_regular(path), err;

	if (fd < 0)
		return report_sys(r, fd, "cannot be read");
	err = check_image(fd, r);
	close(fd);
	return err;
}
