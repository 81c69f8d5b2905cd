/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * program.c - cleat program run: one program, once or often, without its hook, with input from the
 * command line or files. Refuses to know which types can be run: the kernel says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cleat/uapi.h>

#include "cli.h"
#include "json.h"
#include "pick.h"

/* Room for what comes back: the kernel's packets have a page at most, contexts less. */
#define OUT_MAX 65536

struct bytes {
	unsigned char *data;
	size_t n;
};

struct run_keys {
	struct bytes data, ctx;
	const char *data_out, *ctx_out; /* files */
	uint32_t repeat, batch, cpu, flags;
};

/* ---- input ----------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *d = c ? strchr(digits, c | 0x20) : NULL;

	return d ? (int)(d - digits) : -1;
}

static int read_hex(const struct cli *cli, const char *key, const char *text, struct bytes *out)
{
	free(out->data);
	*out = (struct bytes) { .data = malloc(strlen(text) / 2 + 1) };
	if (!out->data)
		return CLI_FAILED;
	if (strncmp(text, "0x", 2) == 0)
		text += 2;
	for (text += strspn(text, " :"); *text; text += strspn(text, " :")) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return cli_usage(cli, "%s: '%.8s' begins with no byte in hex", key, text);
		out->data[out->n++] = (unsigned char)(high << 4 | low);
		text += 2;
	}
	return 0;
}

static int read_file(const char *path, struct bytes *out)
{
	FILE *in = fopen(path, "rbe");

	free(out->data);
	*out = (struct bytes) { .data = malloc(OUT_MAX) };
	if (in && out->data)
		out->n = fread(out->data, 1, OUT_MAX, in);
	if (!in || !out->data || ferror(in) || fgetc(in) != EOF) {
		fprintf(stderr, "cleat: error: cannot read %s: %s\n", path,
			in && out->n == OUT_MAX ? "more than 64 KiB" : strerror(errno));
		if (in)
			fclose(in);
		return CLI_FAILED;
	}
	fclose(in);
	return 0;
}

static int set_data(const struct cli *cli, struct run_keys *k, const char *value)
{
	return read_hex(cli, "data", value, &k->data);
}

static int set_data_file(const struct cli *cli, struct run_keys *k, const char *value)
{
	(void)cli;
	return read_file(value, &k->data);
}

static int set_data_out(const struct cli *cli, struct run_keys *k, const char *value)
{
	(void)cli;
	k->data_out = value;
	return 0;
}

static int set_ctx(const struct cli *cli, struct run_keys *k, const char *value)
{
	return read_hex(cli, "ctx", value, &k->ctx);
}

static int set_ctx_file(const struct cli *cli, struct run_keys *k, const char *value)
{
	(void)cli;
	return read_file(value, &k->ctx);
}

static int set_ctx_out(const struct cli *cli, struct run_keys *k, const char *value)
{
	(void)cli;
	k->ctx_out = value;
	return 0;
}

static int read_number(const struct cli *cli, const char *key, const char *value, unsigned long least,
		       uint32_t *out)
{
	char *end;
	unsigned long n = strtoul(value, &end, 0);

	if (!*value || *end || *value == '-' || n < least || n > INT32_MAX)
		return cli_usage(cli, "%s: a number from %lu on, not '%s'", key, least, value);
	*out = (uint32_t)n;
	return 0;
}

static int set_repeat(const struct cli *cli, struct run_keys *k, const char *value)
{
	return read_number(cli, "repeat", value, 1, &k->repeat);
}

static int set_batch(const struct cli *cli, struct run_keys *k, const char *value)
{
	return read_number(cli, "batch", value, 1, &k->batch);
}

static int set_cpu(const struct cli *cli, struct run_keys *k, const char *value)
{
	k->flags |= BPF_F_TEST_RUN_ON_CPU;
	return read_number(cli, "cpu", value, 0, &k->cpu);
}

static int set_live(const struct cli *cli, struct run_keys *k, const char *value)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return cli_usage(cli, "live: yes or no, not '%s'", value);
	k->flags &= ~(uint32_t)BPF_F_TEST_XDP_LIVE_FRAMES;
	k->flags |= *value == 'y' ? BPF_F_TEST_XDP_LIVE_FRAMES : 0;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(const struct cli *cli, struct run_keys *k, const char *value);
} keys[] = {
	{ "data", set_data },     { "data-file", set_data_file }, { "data-out", set_data_out },
	{ "ctx", set_ctx },       { "ctx-file", set_ctx_file },   { "ctx-out", set_ctx_out },
	{ "repeat", set_repeat }, { "live", set_live },           { "batch", set_batch },
	{ "cpu", set_cpu },
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static int set_key(const struct cli *cli, struct run_keys *k, const char *word)
{
	const char *value = strchr(word, '='), *names[N_KEYS], *near;
	char *key;

	if (!value)
		return cli_usage(cli, "'%s' is not key=value", word);
	for (size_t i = 0; i < N_KEYS; i++) {
		names[i] = keys[i].name;
		if (strlen(names[i]) == (size_t)(value - word) &&
		    strncmp(names[i], word, (size_t)(value - word)) == 0)
			return keys[i].set(cli, k, value + 1);
	}
	key = strndup(word, (size_t)(value - word));
	near = key ? cli_nearest(key, names, N_KEYS) : NULL;
	if (near)
		cli_usage(cli, "unknown key '%s': did you mean '%s'?", key, near);
	else
		cli_usage(cli, "unknown key '%s'", key ? key : word);
	free(key);
	return CLI_USAGE;
}

/* ---- what came out --------------------------------------------------------------------------- */

static int write_file(const char *path, const void *data, size_t n)
{
	FILE *out = path ? fopen(path, "wbe") : NULL;
	bool good = out && fwrite(data, 1, n, out) == n;

	if (!path)
		return CLI_DONE;
	if (out && fclose(out))
		good = false;
	if (!good)
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", path, strerror(errno));
	return good ? CLI_DONE : CLI_FAILED;
}

static void put_hex(FILE *out, const unsigned char *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%02x", data[i]);
}

static void json_hex(struct json *j, const char *key, const void *data, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		put_hex(out, data, n);
		fclose(out);
	}
	json_text(j, key, n ? text : NULL);
	free(text);
}

static void print_json(const char *what, const char *program, const struct cleat_run *run)
{
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	json_text(&j, "object", what);
	json_text(&j, "program", program);
	json_number(&j, "retval", run->retval);
	if (run->duration_ns)
		json_number(&j, "duration_ns", run->duration_ns);
	else
		json_null(&j, "duration_ns");
	json_hex(&j, "data", run->data_out, run->data_out_bytes);
	json_hex(&j, "ctx", run->ctx_out, run->ctx_out_bytes);
	json_object_end(&j);
	json_newline(&j);
}

static void print_bytes(const char *name, const unsigned char *data, size_t n)
{
	for (size_t i = 0; i < n; i += 16) {
		printf("%s %04zx ", name, i);
		for (size_t k = i; k < n && k < i + 16; k++)
			printf(" %02x", data[k]);
		putchar('\n');
	}
}

static void print_text(const char *what, const char *program, const struct cleat_run *run,
		       const struct run_keys *k)
{
	printf("program %s returned %u", program ? program : what, run->retval);
	if ((int32_t)run->retval < 0)
		printf(" (%d)", (int32_t)run->retval);
	if (run->duration_ns)
		printf(" in %u ns%s", run->duration_ns, k->repeat > 1 ? " on average" : "");
	putchar('\n');
	if (!k->data_out)
		print_bytes("data", run->data_out, run->data_out_bytes);
	if (!k->ctx_out)
		print_bytes("ctx ", run->ctx_out, run->ctx_out_bytes);
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* A pinned program cannot be read; an object can. */
static bool is_object(const char *path)
{
	char magic[4];
	FILE *in = fopen(path, "rbe");
	bool is = in && fread(magic, sizeof(magic), 1, in) == 1 && !memcmp(magic, "\177ELF", 4);

	if (in)
		fclose(in);
	return is;
}

static int load_program(struct cli *cli, const char *path, const char *name,
			struct cleat_program **out)
{
	struct cleat_object *o;
	int status;

	if (cleat_object_open(cli->c, path, &o) < 0)
		return cli_failed(cli);
	status = pick_program(cli, o, name, out);
	return status ? status : pick_load(cli, *out);
}

/* Some types change the context where it is, and refuse another place for it. */
static int run_or_fail(struct cli *cli, const char *what, struct cleat_program *p,
		       struct cleat_run *run)
{
	int err = p ? cleat_program_run(p, run) : cleat_kernel_run(cli->c, what, run);

	if (err == -EINVAL && run->ctx_out) {
		run->ctx_out = NULL;
		run->ctx_out_size = 0;
		err = p ? cleat_program_run(p, run) : cleat_kernel_run(cli->c, what, run);
	}
	if (err < 0)
		return cli_failed(cli);
	/* Without room for it the kernel still says how much it would have been. */
	if (!run->data_out)
		run->data_out_bytes = 0;
	if (!run->ctx_out) {
		run->ctx_out = run->ctx;
		run->ctx_out_bytes = run->ctx_bytes;
	}
	return CLI_DONE;
}

static bool is_live(const struct run_keys *k)
{
	return k->flags & BPF_F_TEST_XDP_LIVE_FRAMES;
}

static int check_keys(const struct cli *cli, const struct run_keys *k)
{
	if (is_live(k) && (k->data_out || k->ctx_out))
		return cli_usage(cli, "live=yes: nothing comes back, neither data nor context");
	if (k->batch && !is_live(k))
		return cli_usage(cli, "batch goes with live=yes");
	return 0;
}

static int run_it(struct cli *cli, const char *what, const char *name, const struct run_keys *k)
{
	struct cleat_run run = {
		.size = sizeof(run),
		.data = k->data.data,
		.data_bytes = k->data.n,
		.ctx = k->ctx.data,
		.ctx_bytes = k->ctx.n,
		.repeat = k->repeat,
		.flags = k->flags,
		.cpu = k->cpu,
		.batch = k->batch,
	};
	struct cleat_program *p = NULL;
	unsigned char *out = calloc(2, OUT_MAX);
	int status = out ? CLI_DONE : CLI_FAILED;

	/* Types that take none refuse room for it, too; what is live has gone its way. */
	if (k->data.n && !is_live(k)) {
		run.data_out = out;
		run.data_out_size = OUT_MAX;
	}
	if (k->ctx_out && k->ctx.n) {
		run.ctx_out = out ? out + OUT_MAX : NULL;
		run.ctx_out_size = k->ctx.n;
	}
	if (!status && (name || is_object(what)))
		status = load_program(cli, what, name, &p);
	if (!status)
		status = run_or_fail(cli, what, p, &run);
	if (!status && cli->json)
		print_json(what, p ? cleat_program_name(p) : NULL, &run);
	else if (!status)
		print_text(what, p ? cleat_program_name(p) : NULL, &run, k);
	if (!status)
		status = write_file(k->data_out, run.data_out, run.data_out_bytes);
	if (!status)
		status = write_file(k->ctx_out, run.ctx_out, run.ctx_out_bytes);
	free(out);
	return status;
}

static int run_program(struct cli *cli, int argc, char **argv)
{
	struct run_keys k = { 0 };
	const char *what, *name = NULL;
	int status = 0, i = 2;

	if (argc == 0)
		return cli_usage(cli, "run?");
	if (strcmp(argv[0], "run") != 0)
		return cli_usage(cli, "'%s' is nothing to do with a program: run is", argv[0]);
	if (argc == 1)
		return cli_usage(cli, "program run takes OBJECT [PROGRAM], an id or a pinned path");
	what = argv[1];
	if (argc > 2 && !strchr(argv[2], '='))
		name = argv[i++];
	for (; i < argc && !status; i++)
		status = set_key(cli, &k, argv[i]);
	if (!status)
		status = check_keys(cli, &k);
	if (!status)
		status = cli_open(cli);
	if (!status)
		status = run_it(cli, what, name, &k);
	free(k.data.data);
	free(k.ctx.data);
	return status;
}

const struct cli_verb verb_program = {
	.name = "program",
	.arguments = "run OBJECT|ID|PATH [PROGRAM] [KEY=VALUE...]",
	.summary = "run a program without its hook",
	.details =
		"The program is of an object file, which is loaded for it, or in the kernel already: an id\n"
		"or a path on a BPF file system. Keys: data=HEX or data-file=FILE, a packet of at least\n"
		"14 bytes; ctx=HEX or ctx-file=FILE, the context; repeat=N; data-out=FILE and\n"
		"ctx-out=FILE for what the program left of them; cpu=N; live=yes, with batch=N: what XDP\n"
		"lets pass or redirects really goes there. Which type of program can be run, and with\n"
		"what, the kernel decides.\n",
	.run = run_program,
};
