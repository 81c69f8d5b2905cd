// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-unit-check.c - units against a real object and plugins that are made here: what is refused,
 * with which words and in which line, and what is found sound. Without privilege.
 */
#include "plugin-fixture.h"

#include "unit/unit.h"

static const char bpf_source[] =
	"#define SEC(n) __attribute__((section(n), used))\n"
	"typedef unsigned int u32;\n"
	"typedef unsigned long long u64;\n"
	"enum action { DROP = 1, PASS = 2 };\n"
	"struct event { u32 pid; char comm[16]; };\n"
	"struct event *keep_event SEC(\".bss\");\n"
	"struct { int (*type)[1]; int (*max_entries)[16]; u32 *key; enum action *value; }\n"
	"	blocked SEC(\".maps\");\n"
	"struct { int (*type)[27]; int (*max_entries)[4096]; } events SEC(\".maps\");\n"
	"struct { int (*type)[22]; int (*max_entries)[8]; u32 *value; } queue SEC(\".maps\");\n"
	"const volatile enum action verdict = PASS;\n"
	"const volatile int limit = 5;\n"
	"char label[16];\n"
	"SEC(\"t-xdp\") int firewall(void *ctx) { return limit + verdict + label[0]; }\n"
	"SEC(\"t-probe/do_exit\") int probe(void *ctx) { return keep_event != 0; }\n"
	"SEC(\"?t-xdp\") int spare(void *ctx) { return 0; }\n"
	"SEC(\"?t-unknown\") int nobodys(void *ctx) { return 0; }\n"
	"char terms[] SEC(\"license\") = \"GPL\";\n";

static const char program_source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"#include <errno.h>\n"
	"#include <string.h>\n"
	"static const struct cleat_section sections[] = { { \"t-xdp\", 0, 0, 0 }, { \"t-probe+\", 0, 0, 0 } };\n"
	"static const struct cleat_key keys[] = {\n"
	"	{ \"interface\", \"network interface\", 0, 0, CLEAT_TYPE_TEXT, CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT },\n"
	"	{ \"mode\", \"how\", \"auto\", \"auto|native\", CLEAT_TYPE_CHOICE, 0 },\n"
	"	{ \"device\", \"bound to\", 0, 0, CLEAT_TYPE_TEXT, CLEAT_KEY_LOAD },\n"
	"	{ \"next\", \"another\", 0, 0, CLEAT_TYPE_PROGRAM, 0 },\n"
	"};\n"
	"static int parse(struct cleat *c, struct cleat_params *p, const struct cleat_section *s, const char *text)\n"
	"{ (void)c; return s->pattern[2] == 'p' && *text ? cleat_param_set(p, \"interface\", text) : 0; }\n"
	"static int check(struct cleat_program *prog, const struct cleat_params *p)\n"
	"{\n"
	"	if (!strcmp(cleat_param(p, \"interface\"), \"bad\"))\n"
	"		return cleat_param_error(cleat_program_context(prog), p, \"interface\", ENODEV, \"no interface 'bad'\");\n"
	"	return 0;\n"
	"}\n"
	"static int attach(struct cleat_attach *a, const struct cleat_params *p) { (void)a; (void)p; return -ENOTSUP; }\n"
	"static const struct cleat_program_plugin xdp = {\n"
	"	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, \"txdp\", \"test\"),\n"
	"	CLEAT_TABLE(sections, sections), CLEAT_TABLE(keys, keys),\n"
	"	.program_type = 6, .parse_target = parse, .check = check, .attach = attach,\n"
	"};\n"
	"CLEAT_PLUGIN(xdp)\n";

static const char map_source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"#include <errno.h>\n"
	"static const struct cleat_map_type types[] = { { TYPE, FLAGS, NAME } };\n"
	"static const struct cleat_key keys[] = { { \"policy\", \"which\", 0, \"lru|fifo\", CLEAT_TYPE_CHOICE, 0 } };\n"
	"static int open(struct cleat_map *m, const struct cleat_params *p, struct cleat_reader *r)\n"
	"{ (void)m; (void)p; (void)r; return -95; }\n"
	"static int check(struct cleat_map *m, const struct cleat_params *p, const struct cleat_map_attr *a)\n"
	"{\n"
	"	const char *policy = cleat_param(p, \"policy\");\n"
	"	if (policy && policy[0] == 'f' && a->max_entries > 16)\n"
	"		return cleat_param_error(cleat_map_context(m), p, \"policy\", EINVAL, \"fifo is for 16\");\n"
	"	return 0;\n"
	"}\n"
	"static const struct cleat_map_plugin map = {\n"
	"	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, NAME, \"test\"),\n"
	"	CLEAT_TABLE(types, types), CLEAT_TABLE(keys, keys), .reader_open = READER, .check = check,\n"
	"};\n"
	"void *unused = (void *)open;\n"
	"CLEAT_PLUGIN(map)\n";

static const char output_source[] =
	"#define CLEAT_ABI 1\n"
	"#include <cleat/plugin.h>\n"
	"static const struct cleat_key keys[] = { { \"to\", \"where\", 0, 0, CLEAT_TYPE_TEXT, CLEAT_KEY_REQUIRED } };\n"
	"static const struct cleat_output_plugin out = {\n"
	"	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, \"text\", \"test\"),\n"
	"	CLEAT_TABLE(keys, keys),\n"
	"};\n"
	"CLEAT_PLUGIN(out)\n";

struct fixture {
	struct cleat *c;
	struct cleat_session *s;
};

static char *dir; /* made once: compiling takes time */
static bool no_clang;

static const char *env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static void run(char *command)
{
	assert_non_null(command);
	if (system(command))
		fail_msg("does not work: %s", command);
	free(command);
}

static void make_plugin(const char *name, const char *source, const char *flags,
			const char *descriptor)
{
	char *file = text_format("%s.plugin", name), *text;

	text = text_format("[plugin]\nabi = 1\nsummary = test\nfile = %s.so\n%s", name, descriptor);
	write_file(dir, file, text);
	free(file);
	free(text);
	write_file(dir, "plugin.c", source);
	run(text_format("%s -shared -fPIC -w -D_GNU_SOURCE -I'%s/include' -I'%s/include' %s "
			"-o '%s/%s.so' '%s/plugin.c'", env("CC", "cc"), env("top_builddir", "."),
			env("top_srcdir", "."), flags, dir, name, dir));
}

static int make_all(void **state)
{
	dir = make_dir();
	no_clang = system("clang --target=bpf -x c -c -o /dev/null /dev/null 2>/dev/null");
	if (no_clang)
		return 0;
	write_file(dir, "u.bpf.c", bpf_source);
	run(text_format("clang --target=bpf -O2 -g -w -c -o '%s/u.bpf.o' '%s/u.bpf.c'", dir, dir));
	/* the names of the tree's own: an installed cleat is then not in the way */
	make_plugin("xdp", program_source, "",
		    "name = txdp\nkind = program\nsection = t-xdp\nsection = t-probe+\n");
	make_plugin("hash", map_source, "-DTYPE=1 -DFLAGS=0 -DREADER=0 -DNAME='\"hash\"'",
		    "name = hash\nkind = map\ntype = 1 hash\n");
	make_plugin("array", map_source,
		    "-DTYPE=2 -DFLAGS=CLEAT_MAP_DATA -DREADER=0 -DNAME='\"array\"'",
		    "name = array\nkind = map\nrole = data\ntype = 2 array\n");
	make_plugin("queue", map_source,
		    "-DTYPE=22 -DFLAGS=CLEAT_MAP_NO_KEY -DREADER=0 -DNAME='\"queue\"'",
		    "name = queue\nkind = map\ntype = 22 queue\n");
	make_plugin("ringbuf", map_source,
		    "-DTYPE=27 -DFLAGS=CLEAT_MAP_NO_KEY -DREADER=open -DNAME='\"ringbuf\"'",
		    "name = ringbuf\nkind = map\ntype = 27 ringbuf\n");
	make_plugin("text", output_source, "", "name = text\nkind = output\n");
	return 0;
}

static int remove_all(void **state)
{
	remove_dir(dir);
	return 0;
}

static int setup(void **state)
{
	struct cleat_options options = { .size = sizeof(options), .plugin_path = dir };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_int_equal(cleat_open(&f->c, &options), 0);
	assert_int_equal(cleat_session_new(f->c, &f->s), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cleat_session_free(f->s);
	cleat_close(f->c);
	free(f);
	return 0;
}

static const char *told(struct fixture *f)
{
	static char text[32768];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < cleat_diag_count(f->c) && n < sizeof(text) - 2; i++) {
		n += cleat_diag_format(cleat_diag_get(f->c, i), text + n, sizeof(text) - n - 1);
		n = n < sizeof(text) - 2 ? n : sizeof(text) - 2;
		text[n++] = '\n';
		text[n] = '\0';
	}
	return text;
}

static size_t errors(struct fixture *f)
{
	size_t i, n = 0;

	for (i = 0; i < cleat_diag_count(f->c); i++)
		n += cleat_diag_get(f->c, i)->level == CLEAT_ERROR;
	return n;
}

static int add(struct fixture *f, const char *text)
{
	if (no_clang)
		skip();
	write_file(dir, "u.ini", text);
	return cleat_session_add(f->s, in_dir(dir, "u.ini"));
}

#define assert_told(f, words)                                         \
	do {                                                          \
		if (!strstr(told(f), words))                          \
			fail_msg("not told: %s\nbut: %s", words, told(f)); \
	} while (0)

#define sound(f, text)                                    \
	do {                                              \
		if (add(f, text))                         \
			fail_msg("refused: %s", told(f)); \
	} while (0)

#define OBJECT "[object]\npath = u.bpf.o\n"
#define REST "[attach firewall]\ninterface = lo\n"

static void whole(void **state)
{
	struct fixture *f = *state;
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat_object *o;
	char *text;

	write_file(dir, "list.txt", "# a list\n7 -> PASS\n\n8 -> 2 ; why not\n");
	sound(f, "[unit]\ndescription = test\ncondition = path:/\n" OBJECT
		 "[global verdict]\nvalue = DROP\n[global label]\nvalue = hello\n"
		 "[map blocked]\nmax-entries = 1K\npolicy = lru\nentry = 1 -> DROP\n"
		 "entry = 0x2 -> PASS\nentries = list.txt\nfreeze = yes\n"
		 "[map queue]\nentry = 5\n"
		 "[program firewall]\nrequired = no\ndevice = eth9\n"
		 "[attach firewall]\ninterface = lo\ninterface = eth0\nmode = native\n"
		 "[attach firewall up]\ninterface = eth1\nnext = probe\n"
		 "[output events]\nto = here\n");
	assert_int_equal(cleat_session_count(f->s), 1);
	assert_string_equal(cleat_session_name(f->s, 0), "u");
	assert_null(cleat_session_name(f->s, 1));
	o = cleat_session_object(f->s, 0);
	assert_non_null(o);
	assert_int_equal(cleat_object_get_global(o, "verdict", false, &text), 0);
	assert_string_equal(text, "DROP");
	free(text);
	assert_int_equal(cleat_object_get_global(o, "label", false, &text), 0);
	assert_string_equal(text, "\"hello\"");
	free(text);
	assert_int_equal(cleat_map_info(cleat_object_map(o, "blocked"), &info), 0);
	assert_int_equal(info.max_entries, 1024);
	assert_int_equal(cleat_map_fd(cleat_object_map(o, "blocked")), -1);
}

/* What a session would go by. */
static void plan(void **state)
{
	struct fixture *f = *state;
	struct cleat_program_info info = { .size = sizeof(info) };
	const char *dirs[] = { dir, NULL };
	struct unit_files files;
	struct unit_attach *a;
	struct unit *u;
	uint32_t seed[2];

	if (no_clang)
		skip();
	write_file(dir, "plan.ini", OBJECT "[map blocked]\nentry = 1 -> DROP\nfreeze = yes\n"
		   "[map queue]\nentry = 5\n"
		   "[program firewall]\ndevice = a\nrequired = no\n"
		   "[program nobodys]\nload = no\n"
		   "[attach firewall]\ninterface = lo\ninterface = eth0\ndevice = b\n"
		   "[output events]\nto = here\n");
	assert_int_equal(unit_find(&files, "plan", dirs, NULL), 0);
	assert_int_equal(unit_new(&u, f->c, &files), 0);
	assert_int_equal(unit_parse(u, NULL), 0);
	if (unit_check(u))
		fail_msg("refused: %s", told(f));
	assert_int_equal(u->maps.n, 2);
	assert_true(u->maps.v[0]->freeze);
	assert_int_equal(u->maps.v[0]->seeds.n, 1);
	memcpy(seed, u->maps.v[0]->seeds.keys, 4);
	memcpy(seed + 1, u->maps.v[0]->seeds.values, 4);
	assert_int_equal(seed[0], 1);
	assert_int_equal(seed[1], 1);
	assert_int_equal(u->maps.v[0]->seeds.places[0].line, 4);
	assert_false(u->maps.v[1]->freeze);
	memcpy(seed, u->maps.v[1]->seeds.values, 4);
	assert_int_equal(seed[0], 5);
	assert_int_equal(u->outputs.n, 1);
	/* the one that is written, and the one whose section name says it all */
	assert_int_equal(u->attaches.n, 2);
	a = &u->attaches.v[0];
	assert_string_equal(cleat_program_name(a->program), "firewall");
	assert_int_equal(cleat_param_count(a->params, "interface"), 2);
	assert_string_equal(cleat_param(a->params, "device"), "b");
	assert_string_equal(cleat_param(a->program->params, "device"), "a");
	assert_int_equal(cleat_program_info(a->program, &info), 0);
	assert_false(info.required);
	assert_true(info.autoload);
	a = &u->attaches.v[1];
	assert_string_equal(cleat_program_name(a->program), "probe");
	assert_null(a->section);
	assert_string_equal(cleat_param(a->params, "interface"), "do_exit");
	assert_int_equal(cleat_program_info(a->program, &info), 0);
	assert_true(info.required);
	unit_free(u);
}

static void alternatives(void **state)
{
	struct fixture *f = *state;
	struct cleat_program_info info = { .size = sizeof(info) };
	struct cleat_program *firewall, *probe;
	struct cleat_object *o;

	sound(f, OBJECT "[program firewall]\nfallback = probe\n" REST);
	o = cleat_session_object(f->s, 0);
	firewall = cleat_object_program(o, "firewall");
	probe = cleat_object_program(o, "probe");
	assert_int_equal(cleat_program_info(firewall, &info), 0);
	assert_string_equal(info.fallback, "probe");
	assert_null(info.left_out);
	assert_true(program_required(probe));
	/* how bad it is that neither loads is the first one's to say */
	assert_int_equal(cleat_program_set_required(firewall, false), 0);
	assert_false(program_required(probe));
	assert_int_equal(cleat_program_set_fallback(probe, firewall), -ELOOP);
	assert_told(f, "program 'firewall' cannot be its own fallback");
	assert_int_equal(cleat_program_set_fallback(firewall, firewall), -ELOOP);
	assert_int_equal(cleat_program_set_fallback(cleat_object_program(o, "nobodys"), probe),
			 -EBUSY);
	assert_told(f, "program 'probe' is the fallback of 'firewall' already");
	assert_int_equal(cleat_program_set_fallback(firewall, NULL), 0);
	assert_true(program_required(probe));
}

static void every_error(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ REST, "u.ini: error: has no section [object]" },
		{ "[object]\n" REST, "u.ini:1: error: [object]: key 'path' is missing" },
		{ "[object]\npath = v.bpf.o\n", "u.ini:2: error: [object]: no object 'v.bpf.o' in: /" },
		{ "[object]\npath = u.bpf.o\nsha = 1\n" REST, "u.ini:3: error: [object]: unknown key 'sha'" },
		{ "[object]\npath = u.bpf.o\nsha256 = 12\n", "expected 64 hexadecimal digits" },
		{ "[object]\npath = u.bpf.o\nsha256 = 000000000000000000000000000000000000000000000000"
		  "0000000000000000\n", "u.ini:3: error: [object]: " },
		{ OBJECT REST "[global verdcit]\nvalue = 1\n",
		  "u.ini:5: error: [global verdcit]: no global variable 'verdcit'" },
		{ OBJECT REST "[global verdict]\nvalue = MAYBE\n", "u.ini:6: error: [global verdict]: " },
		{ OBJECT REST "[global verdict]\n", "u.ini:5: error: [global verdict]: key 'value' is missing" },
		{ OBJECT REST "[map bloked]\nfreeze = yes\n",
		  "u.ini:5: error: [map bloked]: no map 'bloked' in " },
		{ OBJECT REST "[map bloked]\n", "hint: did you mean 'blocked'?" },
		{ OBJECT REST "[map blocked]\nmax-entires = 1\n",
		  "u.ini:6: error: [map blocked]: unknown key 'max-entires'\n  hint: did you mean 'max-entries'?" },
		{ OBJECT REST "[map blocked]\nmax-entries = 0\n", "u.ini:6: error: [map blocked]: " },
		{ OBJECT REST "[map blocked]\npolicy = best\n",
		  "u.ini:6: error: [map blocked]: key 'policy': 'best' is none of: lru, fifo" },
		{ OBJECT REST "[map blocked]\npolicy = fifo\nmax-entries = 17\n",
		  "u.ini:6: error: [map blocked]: fifo is for 16" },
		{ OBJECT REST "[program nobodys]\nload = yes\n",
		  "u.ini:5: error: [program nobodys]: no plugin for section 't-unknown'" },
		{ OBJECT REST "[map blocked]\nentry = 1 = 2\n", "u.ini:6: error: [map blocked]: '1 = 2': expected 'KEY -> VALUE'" },
		{ OBJECT REST "[map blocked]\nentry = x -> DROP\n", "u.ini:6: error: [map blocked]: " },
		{ OBJECT REST "[map blocked]\nentry = 1 -> DORP\n", "u.ini:6: error: [map blocked]: " },
		{ OBJECT REST "[map blocked]\nentry = 1 ->\n", "no value after '->'" },
		{ OBJECT REST "[map blocked]\nentry = -> 1\n", "no key before '->'" },
		{ OBJECT REST "[map blocked]\nentries = none.txt\n", "u.ini:6: error: [map blocked]: cannot read /" },
		{ OBJECT REST "[program firewal]\n", "no program 'firewal' in " },
		{ OBJECT REST "[program firewall]\ninterface = lo\n",
		  "u.ini:6: error: [program firewall]: key 'interface' is about attaching\n"
		  "  hint: it belongs in [attach firewall]" },
		{ OBJECT REST "[program firewall]\nlaod = no\n", "unknown key 'laod'\n  hint: did you mean 'load'?" },
		{ OBJECT REST "[program firewall]\nload = perhaps\n", "key 'load': 'perhaps' is not yes or no" },
		{ OBJECT REST "[program firewall]\nload = no\n", "'load = no', and there is a section [attach firewall]" },
		{ OBJECT REST "[program firewall]\nattach = no\n", "'attach = no', and there is a section [attach firewall]" },
		{ OBJECT REST "[program probe]\nsection = t-xpd\n",
		  "u.ini:6: error: [program probe]: no plugin for section 't-xpd'" },
		{ OBJECT, "error: program 'firewall': key 'interface' is missing in [attach firewall]: "
			  "section 't-xdp' does not say where\n"
			  "  hint: add 'interface = ...' (network interface) there, or 'attach = no' to [program firewall]" },
		{ OBJECT "[attach firewall]\nmode = auto\n", "u.ini:3: error: [attach firewall]: key 'interface' is missing" },
		{ OBJECT "[attach firewall]\ninterface = lo\nmode = fast\n",
		  "u.ini:5: error: [attach firewall]: key 'mode': 'fast' is none of" },
		{ OBJECT "[attach firewall]\ninterface = bad\n",
		  "u.ini:4: error: [attach firewall]: no interface 'bad'" },
		{ OBJECT REST "next = prob\n", "u.ini:5: error: [attach firewall]: no program 'prob'" },
		{ OBJECT REST "[attach nobody]\n", "no program 'nobody'" },
		{ OBJECT REST "[output evnts]\nto = x\n", "u.ini:5: error: [output evnts]: no map 'evnts'" },
		{ OBJECT REST "[output o]\nmap = blocked\nto = x\n",
		  "u.ini:6: error: [output o]: map 'blocked' of type 'hash' has no records to read" },
		{ OBJECT REST "[output events]\n", "u.ini:5: error: [output events]: key 'to' is missing" },
		{ OBJECT REST "[output events]\nto = x\nformat = txet\n",
		  "u.ini:7: error: [output events]: no output plugin 'txet'" },
		{ OBJECT REST "[output events]\nto = x\nrecord = struct evnt\n",
		  "u.ini:7: error: [output events]: no type 'struct evnt'" },
		{ OBJECT REST "[output events]\nto = x\n[output more]\nmap = events\nto = y\n",
		  "u.ini:7: error: [output more]: the records of map 'events' go to [output events] already" },
		{ "[unit]\ncondition = moon:full\n" OBJECT REST,
		  "u.ini:2: error: [unit]: condition 'moon:full': unknown kind of condition" },
		{ "[unit]\ncondition = pth:/\n" OBJECT REST, "did you mean 'path'?" },
		{ "[unit]\ncondition = path:\n" OBJECT REST, "expected 'path:WHAT'" },
		{ "[unit]\ncondition = program-type:xpd\n" OBJECT REST, "there is no program type 'xpd'" },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!add(f, cases[i].text))
			fail_msg("taken: %s", cases[i].text);
		assert_told(f, cases[i].words);
		if (errors(f) != 1)
			fail_msg("more than one error: %s\n%s", cases[i].text, told(f));
		assert_int_equal(cleat_session_count(f->s), 0);
	}
}

static void all_at_once(void **state)
{
	struct fixture *f = *state;

	write_file(dir, "list.txt", "1 -> DROP\nnonsense\n2 -> WHAT # comment\n");
	assert_true(add(f, "[unit]\nfoo = 1\n" OBJECT "[global limit]\nvalue = many\n"
			   "[map blocked]\nmax-entries = x\n"
			   "[map nothing]\n"
			   "[program probe]\nmode = auto\n"
			   "[output events]\n") < 0);
	assert_int_equal(errors(f), 7);
	assert_told(f, "u.ini:2: error: [unit]: unknown key 'foo'");
	assert_told(f, "u.ini:6: error: [global limit]");
	assert_told(f, "u.ini:8: error: [map blocked]");
	assert_told(f, "u.ini:9: error: [map nothing]");
	assert_told(f, "u.ini:11: error: [program probe]");
	assert_told(f, "program 'firewall': key 'interface' is missing");
	assert_told(f, "u.ini:12: error: [output events]");
	/* errors of a list have its lines */
	assert_true(add(f, OBJECT REST "[map blocked]\nentries = list.txt\n") < 0);
	assert_int_equal(errors(f), 2);
	assert_told(f, "list.txt:2: error: [map blocked]: 'nonsense': expected 'KEY -> VALUE'");
	assert_told(f, "list.txt:3: error: [map blocked]: ");
}

static void drop_ins(void **state)
{
	struct fixture *f = *state;
	struct cleat_map_info info = { .size = sizeof(info) };
	char *sub = text_format("%s/u.ini.d", dir);

	assert_int_equal(mkdir(sub, 0755), 0);
	write_file(dir, "u.ini.d/10.ini", "[map blocked]\nmax-entries = 77\n"
					  "[program firewall]\nattach = no\n");
	sound(f, OBJECT "[map blocked]\nmax-entries = 10\n[program firewall]\nattach = yes\n");
	assert_int_equal(cleat_map_info(cleat_object_map(cleat_session_object(f->s, 0), "blocked"),
					&info), 0);
	assert_int_equal(info.max_entries, 77);
	run(text_format("rm -r '%s'", sub));
	free(sub);
}

static void conditions(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} cases[] = {
		{ "path:/", true },	       { "!path:/", false },
		{ "path:/nonexistent", false }, { "!path:/nonexistent", true },
		{ "btf:struct no_such_thing_here", false },
		{ "kernel-config:CONFIG_NO_SUCH_THING", false },
		{ "kernel-config:CONFIG_NO_SUCH_THING=n", true },
	};
	struct fixture *f;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = text_format("[unit]\ncondition = path:/\ncondition = %s\n" OBJECT REST,
					 cases[i].text);

		setup((void **)&f);
		sound(f, text);
		assert_int_equal(cleat_session_count(f->s), 1);
		if (cases[i].holds != !!cleat_session_object(f->s, 0))
			fail_msg("%s: %s", cases[i].text, told(f));
		if (!cases[i].holds)
			assert_told(f, "u.ini:3: note: [unit]: condition '");
		free(text);
		teardown((void **)&f);
	}
}

static void digest(void **state)
{
	struct fixture *f = *state;
	char sum[65] = "";
	char *text;
	FILE *p;

	if (no_clang)
		skip();
	text = text_format("sha256sum '%s/u.bpf.o'", dir);
	p = popen(text, "r");
	free(text);
	assert_non_null(p);
	assert_int_equal(fread(sum, 1, 64, p), 64);
	pclose(p);
	text = text_format("[object]\npath = u.bpf.o\nsha256 = %s\n" REST, sum);
	sound(f, text);
	free(text);
	assert_non_null(cleat_object_program(cleat_session_object(f->s, 0), "firewall"));
}

static void twice(void **state)
{
	struct fixture *f = *state;

	sound(f, OBJECT REST);
	assert_int_equal(add(f, OBJECT REST), -EEXIST);
	assert_told(f, "unit 'u' is there already");
	assert_int_equal(cleat_session_count(f->s), 1);
	assert_null(cleat_session_link_at(f->s, 0));
	assert_true(cleat_session_fd(f->s) >= 0);
	assert_int_equal(cleat_session_dispatch(f->s), 0);
	assert_int_equal(cleat_session_stop(f->s), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(whole),       test(plan),     test(every_error),
		test(all_at_once), test(drop_ins), cmocka_unit_test(conditions),
		test(digest),      test(twice),    test(alternatives),
	};

	return cmocka_run_group_tests(tests, make_all, remove_all);
}
