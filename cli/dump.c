/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dump.c - cleat dump: the instructions of programs in the kernel, or their machine code, beside the source
 * lines that they came from. Refuses to know any instruction: the library has them as text, and machine
 * code is bytes, for a disassembler.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "find.h"
#include "json.h"

static bool machine, with_bytes, no_source;
static const char *output;

static int option(struct cli *cli, const char *name, const char *value)
{
	(void)cli;
	if (strcmp(name, "jit") == 0)
		machine = true;
	else if (strcmp(name, "bytes") == 0)
		with_bytes = true;
	else if (strcmp(name, "no-source") == 0)
		no_source = true;
	else
		output = value;
	return 0;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void put_bytes(FILE *out, const struct cleat_code_line *l, size_t from, size_t n,
		      const char *between)
{
	const unsigned char *bytes = l->bytes;

	for (size_t i = from; i < l->n_bytes && i < from + n; i++)
		fprintf(out, "%s%02x", i > from ? between : "", bytes[i]);
}

/* Statements of one line come one after another, with other columns. */
static void print_source(const struct cleat_code_line *l)
{
	static struct cleat_code_line last;
	const char *text = l->source + strspn(l->source, " \t");

	if (!l->function && last.line == l->line && last.file == l->file)
		return;
	last = *l;
	printf("; %s%s(%s:%u)\n", text, *text ? "  " : "", l->file, l->line);
}

#define BYTES_A_LINE 16

static void print_machine(const struct cleat_code_line *l)
{
	for (size_t i = 0; i < l->n_bytes; i += BYTES_A_LINE) {
		printf("%6llx: ", (unsigned long long)(l->offset + i));
		put_bytes(stdout, l, i, BYTES_A_LINE, " ");
		putchar('\n');
	}
}

static void print_instruction(const struct cleat_code_line *l)
{
	printf("%6llu: ", (unsigned long long)l->offset);
	if (with_bytes) {
		put_bytes(stdout, l, 0, l->n_bytes, " ");
		printf("\n        ");
	}
	printf("%s\n", l->text);
}

static void print_line(const struct cleat_code_line *l)
{
	if (l->function && l->address)
		printf("%s: (0x%llx)\n", l->function, (unsigned long long)l->address);
	else if (l->function)
		printf("%s:\n", l->function);
	if (l->source && !no_source)
		print_source(l);
	if (machine)
		print_machine(l);
	else
		print_instruction(l);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void bytes_json(struct json *j, const struct cleat_code_line *l)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		put_bytes(out, l, 0, l->n_bytes, "");
		fclose(out);
	}
	json_text(j, "bytes", text);
	free(text);
}

static void line_json(struct json *j, const struct cleat_code_line *l)
{
	json_break(j);
	json_object(j, NULL);
	json_number(j, "offset", l->offset);
	if (!machine)
		json_text(j, "text", l->text);
	bytes_json(j, l);
	if (l->source && !no_source) {
		json_text(j, "file", l->file);
		json_number(j, "line", l->line);
		json_number(j, "column", l->column);
		json_text(j, "source", l->source);
	}
	json_object_end(j);
}

/* ---- one program ----------------------------------------------------------------------------- */

static void begin_function(struct json *j, const struct cleat_code_line *l)
{
	char address[32];

	json_object(j, NULL);
	json_text(j, "name", l->function);
	/* Numbers of 64 bits are more than JSON's readers promise to keep. */
	snprintf(address, sizeof(address), "0x%llx", (unsigned long long)l->address);
	if (machine)
		json_text(j, "address", address);
	json_array(j, machine ? "pieces" : "instructions");
}

static void end_function(struct json *j)
{
	json_array_end(j);
	json_object_end(j);
}

/* The first line begins a function. */
static void code_json(struct json *j, const struct cleat_code *code)
{
	struct cleat_code_line l = { .size = sizeof(l) };

	json_array(j, "functions");
	for (size_t i = 0; cleat_code_line(code, i, &l) == 0; i++) {
		if (l.function && i)
			end_function(j);
		if (l.function)
			begin_function(j, &l);
		line_json(j, &l);
	}
	end_function(j);
	json_array_end(j);
}

static void program_json(struct json *j, const struct cleat_facts *facts,
			 const struct cleat_code *code)
{
	json_object(j, NULL);
	json_raw(j, "id", cleat_facts_find(facts, "id"));
	json_text(j, "name", cleat_facts_find(facts, "name"));
	json_text(j, "type", cleat_facts_find(facts, "type"));
	json_text(j, "tag", cleat_facts_find(facts, "tag"));
	json_bool(j, "jit", machine);
	code_json(j, code);
	json_object_end(j);
}

static void print_program(const struct cleat_facts *facts, const struct cleat_code *code)
{
	struct cleat_code_line l = { .size = sizeof(l) };

	printf("program %s %s, %s, tag %s\n", cleat_facts_find(facts, "id"),
	       cleat_facts_find(facts, "name"), cleat_facts_find(facts, "type"),
	       cleat_facts_find(facts, "tag"));
	for (size_t i = 0; cleat_code_line(code, i, &l) == 0; i++)
		print_line(&l);
}

/* All bytes, one after another. */
static int write_code(const struct cleat_code *code)
{
	struct cleat_code_line l = { .size = sizeof(l) };
	FILE *out = fopen(output, "wbe");
	bool good = out;

	for (size_t i = 0; good && cleat_code_line(code, i, &l) == 0; i++)
		good = fwrite(l.bytes, 1, l.n_bytes, out) == l.n_bytes;
	if (out && fclose(out))
		good = false;
	if (!good)
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", output, strerror(errno));
	return good ? CLI_DONE : CLI_FAILED;
}

static int dump_id(struct cli *cli, struct json *j, uint32_t id)
{
	struct cleat_facts *facts = cleat_facts_new();
	struct cleat_code *code = NULL;
	int status = CLI_DONE;

	if (!facts ||
	    cleat_code_open(cli->c, id, machine ? CLEAT_CODE_MACHINE : CLEAT_CODE_BPF, &code) < 0 ||
	    cleat_kernel_facts(cli->c, CLEAT_PROGRAMS, id, facts) < 0) {
		status = cli_failed(cli);
	} else if (output) {
		status = write_code(code);
	} else if (j) {
		program_json(j, facts, code);
	} else {
		print_program(facts, code);
	}
	cleat_code_close(code);
	cleat_facts_free(facts);
	return status;
}

static int dump(struct cli *cli, const char *word)
{
	static const struct find_kind programs = { CLEAT_PROGRAMS, "program", "programs" };
	struct json out = { .out = stdout }, *j = cli->json && !output ? &out : NULL;
	uint32_t *ids;
	size_t n;
	int status = find_ids(cli, &programs, word, &ids, &n);

	if (output && n > 1) {
		free(ids);
		return cli_usage(
			cli, "%zu programs are called '%s': the code of which one goes into %s?", n,
			word, output);
	}
	if (j)
		json_array(j, NULL);
	for (size_t i = 0; i < n; i++) {
		if (!j && i)
			putchar('\n');
		status |= dump_id(cli, j, ids[i]);
	}
	if (j) {
		json_array_end(j);
		json_newline(j);
	}
	free(ids);
	return status;
}

static int run_dump(struct cli *cli, int argc, char **argv)
{
	int status;

	if (argc == 0)
		return cli_usage(cli, "dump what? A program");
	if (strcmp(argv[0], "program") != 0 && strcmp(argv[0], "programs") != 0)
		return cli_usage(cli,
				 "'%s' cannot be dumped: program can; see 'map dump', 'btf dump'",
				 argv[0]);
	if (argc != 2)
		return cli_usage(cli, "dump program takes an id, a name, or the path of a pin");
	status = cli_open(cli);
	return status ? status : dump(cli, argv[1]);
}

static const struct cli_option options[] = {
	{ "jit", NULL, "the machine code that the kernel has made of it" },
	{ "bytes", NULL, "the bytes of each instruction, too" },
	{ "no-source", NULL, "without the source lines" },
	{ "output", "FILE", "write the bytes to FILE, for a disassembler" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_dump = {
	.name = "dump",
	.arguments = "program ID|NAME|PATH",
	.summary = "show the code of a program in the kernel",
	.details =
		"Instructions are as the verifier left them, in the notation of its log, beside the source\n"
		"lines of programs that were loaded with them. With --json a list: a name may belong to several.\n",
	.options = options,
	.letters = "o",
	.run = run_dump,
	.option = option,
};
