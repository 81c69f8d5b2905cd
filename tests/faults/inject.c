/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inject [OPTION...] COMMAND... - runs a program, and makes one thing go wrong in it:
 *
 *   -a N         its N-th allocation fails
 *   -e ERROR -n N   of its system calls that may fail with ERROR (faults.h) the N-th does
 *   -s SIGNAL -n N  that signal comes with the N-th of its system calls
 *   -x SHELL -n N   that is run, and has ended, before the N-th of its system calls goes on
 *   -o FILE      where the result goes (standard output)
 *   -t SECONDS   so long it may take (10)
 *   -b           say where it was, on standard error
 *
 * What says READY=1 on descriptor 9, or closes it, gets the interrupt signal then. The result is one line: exit
 * STATUS, signal NUMBER or hangs; what went wrong, or "nothing" when there are fewer than N; how many
 * there were up to then; how many descriptors main() left open.
 * Made with plain system calls: the program sees them as it would without us.
 */
#include <fcntl.h>
#include <getopt.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

struct injection {
	unsigned long at;
	int error; /* index in fault_errors, or -1 */
	int signal;
	const char *shell;
	int seconds;
	const char *library;
	struct faults *shared;

	/* while it runs */
	pid_t pid;
	int pidfd, listener, ready;
	unsigned long seen;
	char what[64];
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* --- the program -------------------------------------------------------------------------- */

static void run_child(const struct injection *j, int memory, int ready, char **command)
{
	char fd[16];

	/* Nothing of ours is open in it but these. */
	if (dup2(ready, READY_FD) < 0 || fcntl(memory, F_SETFD, 0))
		_exit(99);
	snprintf(fd, sizeof(fd), "%d", memory);
	setenv(FAULTS_ENV, fd, 1);
	setenv("LD_PRELOAD", j->library, 1);
	execvp(command[0], command);
	perror(command[0]);
	_exit(99);
}

/* Takes the listener of a process that has stopped to hand it over. */
static void take_listener(struct injection *j)
{
	int status;

	if (waitpid(j->pid, &status, WUNTRACED) < 0 || !WIFSTOPPED(status)) {
		fprintf(stderr, "inject: the preloaded library did not begin\n");
		exit(2);
	}
	j->listener = (int)syscall(SYS_pidfd_getfd, j->pidfd, j->shared->listener, 0);
	if (j->listener < 0)
		die("inject: listener");
	kill(j->pid, SIGCONT);
}

static void start(struct injection *j, char **command)
{
	int memory = memfd_create("faults", MFD_CLOEXEC), ready[2];
	void *shared;

	if (memory < 0 || pipe2(ready, O_CLOEXEC) || ftruncate(memory, sizeof(*j->shared)))
		die("inject");
	shared = mmap(NULL, sizeof(*j->shared), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	if (shared == MAP_FAILED)
		die("inject");
	memcpy(shared, j->shared, sizeof(*j->shared));
	j->shared = shared;
	j->pid = fork();
	if (j->pid < 0)
		die("inject");
	if (!j->pid)
		run_child(j, memory, ready[1], command);
	close(memory);
	close(ready[1]);
	j->ready = ready[0];
	j->pidfd = (int)syscall(SYS_pidfd_open, j->pid, 0);
	if (j->pidfd < 0)
		die("inject: pidfd_open");
	j->listener = -1;
	if (shared && j->shared->calls)
		take_listener(j);
}

/* --- its system calls ----------------------------------------------------------------------- */

static const struct fault_call *find_call(int number)
{
	for (size_t i = 0; i < FAULT_CALLS; i++)
		if (fault_calls[i].number == number)
			return &fault_calls[i];
	return NULL;
}

/* May it be the one? All, but for an error that it cannot have. */
static bool counts(const struct injection *j, const struct fault_call *call)
{
	return call && (j->error < 0 || call->errors & fault_errors[j->error].bit);
}

static void name_call(struct injection *j, const struct fault_call *call, const struct seccomp_data *data)
{
	if (data->nr == SYS_bpf || data->nr == SYS_fcntl || data->nr == SYS_ioctl)
		snprintf(j->what, sizeof(j->what), "%s(%#llx)", call->name,
			 (unsigned long long)data->args[data->nr != SYS_bpf]);
	else
		snprintf(j->what, sizeof(j->what), "%s", call->name);
}

static void hit(struct injection *j, struct seccomp_notif_resp *answer)
{
	if (j->shared->backtrace)
		kill(j->pid, SIGUSR1);
	if (j->signal)
		kill(j->pid, j->signal);
	if (j->shell && system(j->shell) < 0)
		die("inject: system");
	if (j->error < 0)
		return;
	answer->error = -fault_errors[j->error].number;
	answer->flags = 0;
}

static void answer_call(struct injection *j)
{
	struct seccomp_notif asked = { 0 };
	struct seccomp_notif_resp answer = { .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
	const struct fault_call *call;

	if (ioctl(j->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
		return; /* it is gone, or a signal came */
	answer.id = asked.id;
	call = find_call(asked.data.nr);
	if (!j->shared->over && counts(j, call) && ++j->seen == j->at) {
		name_call(j, call, &asked.data);
		hit(j, &answer);
	}
	ioctl(j->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* --- until it ends --------------------------------------------------------------------------- */

/* Also when it could not say so, but closed the descriptor. */
static void when_ready(struct injection *j)
{
	kill(j->pid, SIGINT);
	close(j->ready);
	j->ready = -1;
}

/* Has it ended by itself? */
static bool attend(struct injection *j)
{
	time_t end = time(NULL) + j->seconds;

	while (time(NULL) <= end) {
		struct pollfd fds[] = {
			{ .fd = j->pidfd, .events = POLLIN },
			{ .fd = j->listener, .events = POLLIN },
			{ .fd = j->ready, .events = POLLIN },
		};

		if (poll(fds, 3, 1000) <= 0)
			continue;
		if (fds[1].revents & POLLIN)
			answer_call(j);
		else if (fds[0].revents)
			return true;
		if (fds[2].revents)
			when_ready(j);
	}
	return false;
}

/* What it has forked may go on when it is gone: its system calls need an answer, too. */
static void let_go_on(struct injection *j)
{
	struct pollfd fd = { .fd = j->listener, .events = POLLIN };
	time_t end = time(NULL) + j->seconds;

	j->at = 0;
	while (j->listener >= 0 && time(NULL) <= end && poll(&fd, 1, 1000) >= 0 &&
	       !(fd.revents & POLLHUP))
		if (fd.revents & POLLIN)
			answer_call(j);
}

static void print_result(struct injection *j, bool ended, FILE *out)
{
	bool reached = j->shared->calls ? j->what[0] != '\0' : j->shared->reached;
	unsigned long seen = j->shared->calls ? j->seen : j->shared->allocations;
	int status;

	if (!ended)
		kill(j->pid, SIGKILL);
	if (waitpid(j->pid, &status, 0) < 0)
		die("inject: waitpid");
	if (!ended)
		fprintf(out, "hangs 0 ");
	else if (WIFEXITED(status))
		fprintf(out, "exit %d ", WEXITSTATUS(status));
	else
		fprintf(out, "signal %d ", WTERMSIG(status));
	fprintf(out, "%s %lu %d\n", !reached ? "nothing" : j->what[0] ? j->what : "allocation", seen,
		j->shared->over ? j->shared->descriptors : 0);
}

static int error_index(const char *name)
{
	for (size_t i = 0; i < FAULT_ERRORS; i++)
		if (strcmp(fault_errors[i].name, name) == 0)
			return (int)i;
	fprintf(stderr, "inject: no error '%s'\n", name);
	exit(2);
}

static int signal_number(const char *name)
{
	for (int i = 1; i < NSIG; i++)
		if (sigabbrev_np(i) && strcmp(sigabbrev_np(i), name) == 0)
			return i;
	fprintf(stderr, "inject: no signal '%s'\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	struct faults wanted = { 0 };
	struct injection j = { .error = -1, .seconds = 10, .shared = &wanted };
	FILE *out = stdout;
	int c;

	while ((c = getopt(argc, argv, "+a:be:l:n:o:s:t:x:")) != -1) {
		switch (c) {
		case 'a': wanted.fail_at = strtoul(optarg, NULL, 10); break;
		case 'b': wanted.backtrace = 1; break;
		case 'e': j.error = error_index(optarg); break;
		case 'l': j.library = optarg; break;
		case 'n': j.at = strtoul(optarg, NULL, 10); break;
		case 'o': out = fopen(optarg, "we"); break;
		case 's': j.signal = signal_number(optarg); break;
		case 't': j.seconds = (int)strtoul(optarg, NULL, 10); break;
		case 'x': j.shell = optarg; break;
		default: return 2;
		}
	}
	wanted.calls = j.error >= 0 || j.signal || j.shell;
	if (!out || !j.library || !argv[optind] || wanted.calls == (wanted.fail_at > 0)) {
		fprintf(stderr, "usage: inject -l LIBRARY -a N | -e ERROR -n N | -s SIGNAL -n N | -x SHELL -n N COMMAND...\n");
		return 2;
	}
	start(&j, argv + optind);
	print_result(&j, attend(&j), out);
	let_go_on(&j);
	return 0;
}
