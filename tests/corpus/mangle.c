/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mangle.c - whole objects, spoiled in every way that an accident would: cut at each section's
 * boundaries, each field of each header changed, random bytes flipped. Each is read, relocated and
 * linked as the fuzz target 'object' does, which asserts that an error has a message. A case that
 * crashes, hangs or eats memory is written down; the next ones go on in a new process.
 *
 * usage: mangle [-n FLIPS] [-s SEED] [-k DIR] OBJECT...
 *   FLIPS  random bytes, one a case (2000); DIR  where cases that failed are kept
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "fuzz/fuzz.h"

#define MAX_SECONDS 1
#define MAX_MEMORY_KB (64 * 1024)

#if defined(__SANITIZE_ADDRESS__)
/* It keeps what was freed for a while, so what is used cannot be seen. */
#define MEMORY_IS_SEEN false
#else
#define MEMORY_IS_SEEN true
#endif

enum spoiling {
	CUT, /* the first 'at' bytes only */
	FIELD, /* 'width' bytes at 'at' become something else */
	FLIP, /* one byte, other bits */
};

enum { ZEROED, INVERTED, ONE_MORE, FIELD_VARIANTS };

struct spoiled {
	enum spoiling how;
	size_t at, width;
	unsigned int variant;
};

struct cases {
	struct spoiled *v;
	size_t n, room;
};

/* Shared with the process that tries: which case it is at. */
struct progress {
	size_t at;
	bool greedy; /* it ended itself: the case at hand used too much memory */
};

struct bytes {
	uint8_t *data;
	size_t size;
};

static size_t flips = 2000;
static unsigned int seed = 1;
static const char *keep_dir;

/* ---- cases ----------------------------------------------------------------------------------- */

static void add_case(struct cases *c, struct spoiled s)
{
	if (c->n == c->room) {
		c->room = c->room ? 2 * c->room : 1024;
		c->v = realloc(c->v, c->room * sizeof(*c->v));
		FUZZ_ASSERT(c->v);
	}
	c->v[c->n++] = s;
}

static void add_cut(struct cases *c, const struct bytes *b, uint64_t at)
{
	if (at < b->size)
		add_case(c, (struct spoiled) { .how = CUT, .at = at });
}

static void add_fields(struct cases *c, const struct bytes *b, size_t base, const size_t *widths,
		       size_t n)
{
	for (size_t i = 0; i < n && base + widths[i] <= b->size; base += widths[i++])
		for (unsigned int v = 0; v < FIELD_VARIANTS; v++)
			add_case(c, (struct spoiled) { FIELD, base, widths[i], v });
}

#define WIDTH(type, field) sizeof(((type *)0)->field)

static const size_t head_widths[] = {
	/* e_ident, in its parts */
	4,
	1,
	1,
	1,
	1,
	1,
	7,
	WIDTH(Elf64_Ehdr, e_type),
	WIDTH(Elf64_Ehdr, e_machine),
	WIDTH(Elf64_Ehdr, e_version),
	WIDTH(Elf64_Ehdr, e_entry),
	WIDTH(Elf64_Ehdr, e_phoff),
	WIDTH(Elf64_Ehdr, e_shoff),
	WIDTH(Elf64_Ehdr, e_flags),
	WIDTH(Elf64_Ehdr, e_ehsize),
	WIDTH(Elf64_Ehdr, e_phentsize),
	WIDTH(Elf64_Ehdr, e_phnum),
	WIDTH(Elf64_Ehdr, e_shentsize),
	WIDTH(Elf64_Ehdr, e_shnum),
	WIDTH(Elf64_Ehdr, e_shstrndx),
};

static const size_t section_widths[] = {
	WIDTH(Elf64_Shdr, sh_name),      WIDTH(Elf64_Shdr, sh_type),
	WIDTH(Elf64_Shdr, sh_flags),     WIDTH(Elf64_Shdr, sh_addr),
	WIDTH(Elf64_Shdr, sh_offset),    WIDTH(Elf64_Shdr, sh_size),
	WIDTH(Elf64_Shdr, sh_link),      WIDTH(Elf64_Shdr, sh_info),
	WIDTH(Elf64_Shdr, sh_addralign), WIDTH(Elf64_Shdr, sh_entsize),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_headers(struct cases *c, const struct bytes *b)
{
	Elf64_Ehdr head;

	if (b->size < sizeof(head))
		return;
	memcpy(&head, b->data, sizeof(head));
	add_fields(c, b, 0, head_widths, COUNT(head_widths));
	add_cut(c, b, sizeof(head));
	add_cut(c, b, head.e_shoff);
	for (size_t i = 0; i < head.e_shnum; i++) {
		uint64_t at = head.e_shoff + i * sizeof(Elf64_Shdr);
		Elf64_Shdr section;

		if (at > b->size || b->size - at < sizeof(section))
			break;
		memcpy(&section, b->data + at, sizeof(section));
		add_fields(c, b, at, section_widths, COUNT(section_widths));
		add_cut(c, b, at);
		add_cut(c, b, section.sh_offset);
		add_cut(c, b, section.sh_offset + section.sh_size);
	}
}

static uint32_t random_number(void)
{
	static uint64_t state;

	if (!state)
		state = seed * 0x9e3779b97f4a7c15u + 1;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static void add_flips(struct cases *c, const struct bytes *b)
{
	for (size_t i = 0; i < flips && b->size; i++)
		add_case(c, (struct spoiled) { FLIP, random_number() % b->size, 1,
					       1 + random_number() % 255 });
}

/* What the file becomes; the caller frees it. Memory of exactly its size, so that reading on is seen. */
static struct bytes spoil(const struct bytes *b, const struct spoiled *s)
{
	struct bytes out = { .size = s->how == CUT ? s->at : b->size };

	out.data = malloc(out.size ? out.size : 1);
	FUZZ_ASSERT(out.data);
	memcpy(out.data, b->data, out.size);
	for (size_t i = 0; s->how == FIELD && i < s->width; i++) {
		uint8_t *byte = &out.data[s->at + i];

		if (s->variant == ZEROED)
			*byte = 0;
		else if (s->variant == INVERTED)
			*byte = (uint8_t) ~*byte;
		else if (++*byte)
			break;
	}
	if (s->how == FLIP)
		out.data[s->at] ^= s->variant;
	return out;
}

/* ---- trying ---------------------------------------------------------------------------------- */

static long peak_kb(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return used.ru_maxrss;
}

/* In a process of its own: from case @p->at to the end, or until one goes wrong. */
static void try_cases(const struct bytes *b, const struct cases *c, struct progress *p)
{
	const struct itimerval limit = { .it_value = { .tv_sec = MAX_SECONDS } };
	long before = peak_kb();

	for (; p->at < c->n; p->at++) {
		struct bytes now = spoil(b, &c->v[p->at]);

		setitimer(ITIMER_PROF, &limit, NULL);
		LLVMFuzzerTestOneInput(now.data, now.size);
		free(now.data);
		if (MEMORY_IS_SEEN && peak_kb() - before > MAX_MEMORY_KB) {
			p->greedy = true;
			_exit(1);
		}
	}
	_exit(0);
}

static const char *what_happened(int status, const struct progress *p)
{
	if (p->greedy)
		return "more than 64 MB of memory";
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		return "more than a second";
	return "crash";
}

static void keep(const char *path, const struct bytes *b, const struct spoiled *s)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	struct bytes now;
	char to[4096];
	FILE *f;

	if (!keep_dir)
		return;
	now = spoil(b, s);
	snprintf(to, sizeof(to), "%s/%s-%d-%zu-%u", keep_dir, name, (int)s->how, s->at, s->variant);
	f = fopen(to, "wb");
	if (!f || fwrite(now.data, 1, now.size, f) != now.size || fclose(f))
		perror(to);
	free(now.data);
}

static void describe(const struct spoiled *s, char *text, size_t size)
{
	static const char *const variants[] = { "zero", "inverted", "one more" };

	if (s->how == CUT)
		snprintf(text, size, "cut at byte %zu", s->at);
	else if (s->how == FIELD)
		snprintf(text, size, "%zu bytes at %zu: %s", s->width, s->at, variants[s->variant]);
	else
		snprintf(text, size, "byte %zu xor 0x%02x", s->at, s->variant);
}

/* How many cases went wrong. */
static size_t mangle(const char *path, const struct bytes *b, const struct cases *c)
{
	struct progress *p =
		mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t wrong = 0;
	char text[64];
	int status;
	pid_t pid;

	FUZZ_ASSERT(p != MAP_FAILED);
	while (p->at < c->n) {
		p->greedy = false;
		fflush(NULL);
		pid = fork();
		FUZZ_ASSERT(pid >= 0);
		if (pid == 0)
			try_cases(b, c, p);
		FUZZ_ASSERT(waitpid(pid, &status, 0) == pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			break;
		describe(&c->v[p->at], text, sizeof(text));
		printf("%s: %s: %s\n", path, text, what_happened(status, p));
		keep(path, b, &c->v[p->at]);
		wrong++;
		p->at++;
	}
	munmap(p, sizeof(*p));
	return wrong;
}

static bool read_file(const char *path, struct bytes *b)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	bool read = f && fstat(fileno(f), &st) == 0;

	if (read) {
		b->size = (size_t)st.st_size;
		b->data = malloc(b->size + 1);
		read = b->data && fread(b->data, 1, b->size, f) == b->size;
	}
	if (!read)
		perror(path);
	if (f)
		fclose(f);
	return read;
}

int main(int argc, char **argv)
{
	size_t wrong = 0, tried = 0;
	int option;

	while ((option = getopt(argc, argv, "n:s:k:")) != -1) {
		switch (option) {
		case 'n':
			flips = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'k':
			keep_dir = optarg;
			break;
		default:
			return 2;
		}
	}
	for (int i = optind; i < argc; i++) {
		struct bytes b = { 0 };
		struct cases c = { 0 };

		if (!read_file(argv[i], &b))
			return 1;
		add_headers(&c, &b);
		add_flips(&c, &b);
		wrong += mangle(argv[i], &b, &c);
		tried += c.n;
		free(c.v);
		free(b.data);
	}
	printf("%d objects, %zu cases: %zu went wrong\n", argc - optind, tried, wrong);
	return wrong != 0;
}
