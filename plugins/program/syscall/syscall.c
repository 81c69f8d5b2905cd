/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * syscall.c - programs that wait for nothing: attaching runs them, with input from the unit.
 *
 * Knows the one command that runs them, and how their context comes in and goes out. Nothing stays
 * attached: there is nothing to undo.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 65535 /* bytes of context; the kernel's limit */
#define SHOWN 16 /* bytes of it in the description */

static const struct cleat_section sections[] = {
	{ .pattern = "syscall", .prog_flags = BPF_F_SLEEPABLE, .flags = CLEAT_SECTION_ON_REQUEST },
};

static const struct cleat_key keys[] = {
	{ .name = "input", .help = "bytes of the context in hex, spaces between them as you like" },
	{ .name = "input-file",
	  .type = CLEAT_TYPE_PATH,
	  .help = "file with the bytes of the context" },
	{ .name = "size",
	  .type = CLEAT_TYPE_SIZE,
	  .help = "size of the context; zeroes follow the input (at most 65535)" },
	{ .name = "repeat",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "1",
	  .help = "how often to run it, each time with the context that the last left" },
	{ .name = "expect",
	  .type = CLEAT_TYPE_INT,
	  .help = "what it must return, or attaching has gone wrong" },
	{ .name = "output",
	  .type = CLEAT_TYPE_PATH,
	  .help = "file that the context is written to afterwards" },
};

struct context {
	unsigned char *data;
	size_t size;
};

/* ---- input --------------------------------------------------------------------------------- */

static int digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* Bytes from hex, their number or -EINVAL; *bad is the place that is none; @to may be NULL. */
static ssize_t read_hex(const char *text, unsigned char *to, const char **bad)
{
	size_t n = 0;

	if (strncmp(text, "0x", 2) == 0)
		text += 2;
	for (;;) {
		text += strspn(text, " \t");
		if (!*text)
			return (ssize_t)n;
		*bad = text;
		if (digit(text[0]) < 0 || digit(text[1]) < 0)
			return -EINVAL;
		if (to)
			to[n] = (unsigned char)(digit(text[0]) << 4 | digit(text[1]));
		n++;
		text += 2;
	}
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *input = cleat_param(p, "input"), *bad;
	uint64_t size = cleat_param_uint(p, "size");
	ssize_t n = 0;

	if (input && cleat_param(p, "input-file"))
		return cleat_param_error(c, p, "input-file", EINVAL,
					 "'input' and 'input-file' exclude each other");
	if (input && (n = read_hex(input, NULL, &bad)) < 0) {
		cleat_param_error(c, p, "input", EINVAL, "'%.8s' begins with no byte in hex", bad);
		cleat_hint(c, "two digits for each byte: 'input = 0a 00 00 00'");
		return -EINVAL;
	}
	if (size > MOST || n > MOST)
		return cleat_param_error(c, p, size > MOST ? "size" : "input", E2BIG,
					 "the kernel takes %d bytes at most", MOST);
	if (cleat_param_given(p, "size") && (uint64_t)n > size)
		return cleat_param_error(c, p, "size", EINVAL, "the input alone has %zd bytes", n);
	if (!cleat_param_uint(p, "repeat"))
		return cleat_param_error(c, p, "repeat", EINVAL, "'repeat' is 1 or more");
	return 0;
}

static int read_file(struct cleat *c, const struct cleat_params *p, struct context *ctx)
{
	const char *path = cleat_param(p, "input-file");
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		int err = fd < 0 ? errno : EINVAL;

		if (fd >= 0)
			close(fd);
		return cleat_param_error(c, p, "input-file", err, "cannot read '%s': %s", path,
					 strerror(err));
	}
	while ((n = read(fd, ctx->data + ctx->size, MOST + 1 - ctx->size)) > 0)
		ctx->size += (size_t)n;
	close(fd);
	if (n < 0)
		return cleat_param_error(c, p, "input-file", errno, "cannot read '%s': %s", path,
					 strerror(errno));
	return 0;
}

static int make_context(struct cleat *c, const struct cleat_params *p, struct context *ctx)
{
	const char *input = cleat_param(p, "input"), *bad;
	size_t size = (size_t)cleat_param_uint(p, "size");
	int err;

	ctx->data = calloc(1, MOST + 1);
	if (!ctx->data)
		return cleat_error(c, ENOMEM, "out of memory");
	if (input) {
		ctx->size = (size_t)read_hex(input, ctx->data, &bad);
	} else if (cleat_param(p, "input-file")) {
		err = read_file(c, p, ctx);
		if (err)
			return err;
		if (ctx->size > (size ? size : MOST))
			return cleat_param_error(c, p, "input-file", E2BIG,
						 "'%s' has more than %zu bytes",
						 cleat_param(p, "input-file"), size ? size : MOST);
	}
	if (size > ctx->size)
		ctx->size = size;
	return 0;
}

/* ---- running ------------------------------------------------------------------------------- */

static int run(struct cleat_attach *a, const struct cleat_params *p, struct context *ctx,
	       uint32_t *returned)
{
	struct cleat *c = cleat_attach_context(a);
	union bpf_attr attr = { .test.retval = 0 };
	int err = 0;

	for (uint64_t i = cleat_param_uint(p, "repeat"); i > 0 && !err; i--) {
		memset(&attr, 0, sizeof(attr));
		attr.test.prog_fd = (uint32_t)cleat_attach_fd(a);
		attr.test.ctx_in = ctx->size ? (uintptr_t)ctx->data : 0;
		attr.test.ctx_size_in = (uint32_t)ctx->size;
		err = cleat_sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr));
	}
	*returned = attr.test.retval;
	if (!err)
		return 0;
	cleat_error_sys(c, err, "cannot run the program with a context of %zu bytes", ctx->size);
	if (err == -EINVAL)
		cleat_hint(c, "it may read more of its context than it gets: write 'size = BYTES'");
	return err;
}

static int write_output(struct cleat *c, const struct cleat_params *p, const struct context *ctx)
{
	const char *path = cleat_param(p, "output");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644), err = 0;
	size_t done = 0;

	if (fd < 0)
		err = errno;
	while (!err && done < ctx->size) {
		ssize_t n = write(fd, ctx->data + done, ctx->size - done);

		if (n < 0 && errno != EINTR)
			err = errno;
		else if (n > 0)
			done += (size_t)n;
	}
	if (fd >= 0 && close(fd) != 0 && !err)
		err = errno;
	return err ? cleat_param_error(c, p, "output", err, "cannot write '%s': %s", path,
				       strerror(err))
		   : 0;
}

static int nothing_to_undo(struct cleat *c, const void *data)
{
	(void)c;
	(void)data;
	return 0;
}

/* "context 0a000000..." for people; "" without one. */
static void show(const struct context *ctx, char text[static 2 * SHOWN + 16])
{
	int n = ctx->size ? sprintf(text, ", context ") : 0;

	text[n] = '\0';
	for (size_t i = 0; i < ctx->size && i < SHOWN; i++)
		n += sprintf(text + n, "%02x", ctx->data[i]);
	if (ctx->size > SHOWN)
		strcpy(text + n, "...");
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = cleat_program_name(cleat_attach_program(a));
	struct context ctx = { 0 };
	char shown[2 * SHOWN + 16];
	uint32_t returned = 0;
	int err = make_context(c, p, &ctx);

	if (!err)
		err = run(a, p, &ctx, &returned);
	if (!err && cleat_param(p, "output"))
		err = write_output(c, p, &ctx);
	if (!err && cleat_param_given(p, "expect") &&
	    cleat_param_int(p, "expect") != (int32_t)returned &&
	    cleat_param_int(p, "expect") != returned)
		err = cleat_error(c, EPROTO, "the program returned %d, not %s", (int32_t)returned,
				  cleat_param(p, "expect"));
	if (!err) {
		show(&ctx, shown);
		err = cleat_attach_undo(a, nothing_to_undo, "", 0, "syscall %s, returned %d%s",
					name, (int32_t)returned, shown);
	}
	free(ctx.data);
	return err;
}

static const struct cleat_program_plugin plugin = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "syscall",
			   "programs that run once when asked to, and may call bpf(2)"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SYSCALL,
	.check = check,
	.attach = attach,
};
CLEAT_PLUGIN(plugin)
