// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * refusal.c - why the kernel does not load a program.
 *
 * Knows which errors the kernel gives before and after the verifier, and finds their causes by
 * trying: a program that does nothing is loaded in the same way, with one thing left out after the
 * other. What the verifier says is read by verifier.c. Knows no type by meaning.
 */
#include <stdio.h>

#include "base/file.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/names.h"
#include "live/refusal.h"
#include "live/verifier.h"

#define LOG_SMALL 4096

/* Not in any header for programs, and yet the kernel returns it to them. */
#define KERNEL_ENOTSUPP 524

/* "programs of type 'tracing' attached as 'trace_fentry' to 'do_exit'" */
static void put_kind(struct buf *b, const struct cleat_program *p, uint32_t attach_type)
{
	const char *type = name_of_program_type(program_type(p)) ?: p->plugin->name;
	const char *as = attach_type ? name_of_attach_type(attach_type) : NULL;

	buf_printf(b, "programs of type '%s'", type);
	if (as)
		buf_printf(b, " attached as '%s'", as);
}

/* ---- what the verifier says ------------------------------------------------------------------ */

static void report_verdict(struct report *r, const struct verifier_verdict *v,
			   const struct load_log *log, int err)
{
	if (v->poisoned)
		/* the verifier saw a number that stands for this, and its words are about that */
		report_error(r, err, "%s", v->reason);
	else
		report_error(r, err, "the verifier said no: %s", v->reason);
	report_log(r, v->poisoned ? NULL : v->excerpt, log->text, v->omitted);
	report_log_lost(r, log->lost);
	if (v->insn >= 0 || v->source_text)
		report_insn(r, v->insn, v->source_file, v->source_line, v->source_text);
	if (v->reg >= 0)
		report_register(r, v->reg, v->reg_value);
	if (v->hint)
		report_hint(r, "%s", v->hint);
}

/* It came to an end without a complaint: what fails is what comes after. */
static void report_afterwards(struct report *r, int err)
{
	report_sys(r, err, "the verifier takes the program, and then the kernel does not");
	if (err == -KERNEL_ENOTSUPP)
		report_hint(r, "the JIT compiler is off or cannot translate it: see "
			       "/proc/sys/net/core/bpf_jit_enable");
	else if (err == -EMFILE || err == -ENFILE)
		report_hint(r, "raise the limit of open files");
	else if (err == -EPERM || err == -ENOMEM)
		report_hint(r, "the JIT compiler's memory may be used up: see "
			       "/proc/sys/net/core/bpf_jit_limit");
}

/* ---- permission ------------------------------------------------------------------------------ */

/* The word of a file of a line, "" without it. */
static char *first_line(const char *path)
{
	char *text = NULL;
	size_t size;

	if (file_read(path, 4096, &text, &size))
		return text_dup("");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static void hint_policy(struct cleat *c)
{
	struct report *r = c->report;
	_free_ char *modules = first_line("/sys/kernel/security/lsm");
	_free_ char *lockdown = first_line("/sys/kernel/security/lockdown");

	if (hint_user_namespace(c))
		return;
	if (modules && lockdown && strstr(lockdown, "[confidentiality]"))
		report_hint(r, "policy of this host, not of the program: the kernel is locked "
			       "down for confidentiality");
	else if (modules && *modules)
		report_hint(r,
			    "policy of this host, not of the program: the capabilities are "
			    "there, and a security module (%s) or the kernel itself forbids it",
			    modules);
	else
		report_hint(r, "policy of this host, not of the program: the capabilities are "
			       "there, and the kernel or a security module forbids it");
}

void hint_locked_memory(struct report *r)
{
	report_hint(r, "memory for BPF is limited here: raise the limit of locked memory "
		       "(ulimit -l, or LimitMEMLOCK= of the service)");
}

static void explain_permission(struct cleat_program *p, const union bpf_attr *attr, int err)
{
	struct report *r = p->object->c->report;
	_free_ char *caps = machine_missing_caps(program_type_caps(attr->prog_type));
	struct buf kind _buf_free_ = { 0 };

	put_kind(&kind, p, attr->expected_attach_type);
	if (p->load.btf_name)
		buf_printf(&kind, " to '%s'", p->load.btf_name + p->load.btf_prefix);
	report_sys(r, err, "the kernel refuses %s", kind.failed ? "the program" : kind.data);
	if (caps && *caps)
		report_hint(r, "needs %s; see CAPABILITIES in cleat(8)", caps);
	else if (probe(p->object->c->prober, PROBE_MEMCG) == PROBE_NO)
		hint_locked_memory(r);
	else
		hint_policy(p->object->c);
}

/* ---- one thing after the other ---------------------------------------------------------------- */

static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* Would the kernel look at a program that comes like this? */
static bool is_looked_at(const union bpf_attr *like)
{
	char log[LOG_SMALL] = "";
	union bpf_attr attr = *like;
	int fd;

	attr.log_buf = (uintptr_t)log;
	attr.log_size = sizeof(log);
	attr.log_level = LOG_BRIEF;
	fd = sys_prog_load(&attr);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || log[0];
}

/* The same way of loading for a program that does nothing. */
static union bpf_attr bare(const union bpf_attr *attr)
{
	union bpf_attr b = *attr;

	b.insns = (uintptr_t)nothing;
	b.insn_cnt = ARRAY_SIZE(nothing);
	b.prog_btf_fd = 0;
	b.func_info = b.func_info_cnt = b.func_info_rec_size = 0;
	b.line_info = b.line_info_cnt = b.line_info_rec_size = 0;
	b.fd_array = 0;
	return b;
}

/* What the program itself brings: its records, modules, size. */
static void explain_content(struct report *r, const union bpf_attr *attr, int err)
{
	union bpf_attr less = *attr;

	less.func_info_cnt = less.line_info_cnt = less.prog_btf_fd = 0;
	less.func_info_rec_size = less.line_info_rec_size = 0;
	if (attr->prog_btf_fd && is_looked_at(&less)) {
		report_sys(r, err,
			   "the kernel does not take the BTF records of functions and lines");
		report_hint(r, "they may be damaged: build the object again, without -g they are "
			       "not there");
		return;
	}
	less = *attr;
	less.fd_array = 0;
	if (attr->fd_array && is_looked_at(&less)) {
		report_sys(r, err, "this kernel does not take calls of functions in modules");
		return;
	}
	report_sys(r, err, "the kernel refuses %u instructions before the verifier sees them",
		   attr->insn_cnt);
	if (err == -E2BIG)
		report_hint(r, "it takes 4096 without CAP_BPF, and before Linux 5.2");
}

static bool is_unknown_kind(const struct cleat_program *p, const union bpf_attr *attr)
{
	return probe_program_type(p->object->c->prober, attr->prog_type,
				  attr->expected_attach_type) == PROBE_NO;
}

static void report_unknown_kind(const struct cleat_program *p, const union bpf_attr *attr, int err)
{
	struct buf kind _buf_free_ = { 0 };

	put_kind(&kind, p, attr->expected_attach_type);
	report_error(p->object->c->report, err, "this kernel has no %s",
		     kind.failed ? "such programs" : kind.data);
}

static void explain_silence(struct cleat_program *p, const union bpf_attr *attr, int err)
{
	struct report *r = p->object->c->report;
	union bpf_attr b = bare(attr), less = b;
	struct buf kind _buf_free_ = { 0 };

	if (is_looked_at(&b)) {
		explain_content(r, attr, err);
		return;
	}
	less.prog_flags &= BPF_F_TOKEN_FD;
	if (less.prog_flags != b.prog_flags && is_looked_at(&less)) {
		put_kind(&kind, p, b.expected_attach_type);
		report_error(r, err, "this kernel takes no %s with the flags %#x (%s)",
			     kind.failed ? "programs" : kind.data, b.prog_flags & ~less.prog_flags,
			     p->section);
		report_hint(r, "the section's variant (such as '.s' for programs that sleep, "
			       "'.frags' for packets in pieces) needs a newer kernel, or another "
			       "target");
		return;
	}
	less = b;
	less.prog_ifindex = 0;
	if (b.prog_ifindex && is_looked_at(&less)) {
		report_sys(r, err, "the network device does not take programs for itself");
		return;
	}
	less = b;
	less.expected_attach_type = 0;
	if (is_unknown_kind(p, attr) || (b.expected_attach_type && is_looked_at(&less))) {
		report_unknown_kind(p, &b, err);
		return;
	}
	if (p->load.btf_name) {
		report_sys(r, err, "the kernel does not let programs attach to '%s'",
			   p->load.btf_name + p->load.btf_prefix);
		return;
	}
	report_sys(r, err, "the kernel refuses the program without saying why");
}

/* Addresses of values in maps came with global variables. */
static bool has_variables(const struct linked *linked)
{
	for (size_t i = 0; i < linked->fixups.n; i++)
		if (linked->fixups.v[i].value)
			return true;
	return false;
}

/* ---- all of it -------------------------------------------------------------------------------- */

void refusal_explain(struct cleat_program *p, const union bpf_attr *attr,
		     const struct linked *linked, const struct load_log *log, int err)
{
	struct report *r = p->object->c->report;
	struct verifier_verdict v = { 0 };

	if (has_variables(linked) && probe(p->object->c->prober, PROBE_GLOBAL_DATA) == PROBE_NO) {
		report_error(r, err, "this kernel has no global variables");
		report_hint(r, "they came with Linux 5.2: keep in maps what has to run before");
		return;
	}
	if (!log->text || !log->text[0]) {
		if (err == -EPERM || err == -EACCES)
			explain_permission(p, attr, err);
		else if (err == -EINVAL || err == -E2BIG || err == -KERNEL_ENOTSUPP)
			explain_silence(p, attr, err);
		else
			report_sys(r, err, "the kernel refuses the program without a verdict");
		return;
	}
	/* Of what is bound to a function the verifier says no, and means that it knows no such thing. */
	if (err == -EINVAL && attr->expected_attach_type && is_unknown_kind(p, attr)) {
		report_unknown_kind(p, attr, err);
		return;
	}
	if (verifier_digest(&v, log->text, linked, p->object->spec->btf)) {
		report_oom(r);
		return;
	}
	p->verified_insns = v.insns_processed;
	p->states = v.states;
	if (v.reason)
		report_verdict(r, &v, log, err);
	else if (v.complete)
		report_afterwards(r, err);
	else
		report_sys(r, err, "the verifier refuses the program, and its log breaks off");
	verifier_verdict_free(&v);
}
