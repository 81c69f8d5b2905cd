// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * memory.c - the most memory that 'cleat verify' takes for each object, held against what it may:
 * four times the object's size and 8 MB. Knows wait4(2); refuses to know what is in an object.
 *
 * usage: memory CLEAT OBJECT...    prints those that take more, and the sum
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB 1024 /* in the units of ru_maxrss */

/* The peak in KB; 0: it was not run, or killed. */
static long peak_of(const char *cleat, const char *object)
{
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (!pid) {
		int nothing = open("/dev/null", O_WRONLY);

		dup2(nothing, STDOUT_FILENO);
		dup2(nothing, STDERR_FILENO);
		execl(cleat, cleat, "verify", "--json", object, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid)
		return 0;
	/* 1: some program of it does not load, as is the way of other people's objects */
	return WIFEXITED(status) && WEXITSTATUS(status) <= 1 ? used.ru_maxrss : 0;
}

int main(int argc, char **argv)
{
	long most = 0, nearest = 8 * MB;
	int bad = 0, n = 0;

	for (int i = 2; i < argc; i++) {
		struct stat st;
		long peak, may;

		if (stat(argv[i], &st)) {
			perror(argv[i]);
			bad++;
			continue;
		}
		peak = peak_of(argv[1], argv[i]);
		may = 8 * MB + 4 * (st.st_size / 1024);
		if (!peak || peak > may) {
			printf("MEMORY\t%s\t%ld KB, may have %ld\n", argv[i], peak, may);
			bad++;
		}
		most = peak > most ? peak : most;
		nearest = may - peak < nearest ? may - peak : nearest;
		n++;
	}
	printf("corpus: memory for %d objects: at most %ld KB, at least %ld KB below the bound\n", n,
	       most, nearest);
	return bad ? 1 : 0;
}
