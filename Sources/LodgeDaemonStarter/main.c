/* Starts two programs, one after the other, in a sandbox that starts only one and may have no shell:
 *
 *   lodge-daemon-starter MARK virtlogd --daemon -- virtqemud
 *
 * Runs the first to its end; where that went well, makes the file MARK and becomes the second.
 * Where it did not, ends as the first did, with a shell's exit codes. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MISUSED = 125, NOT_RUN = 127, SIGNALLED = 128 };

extern char **environ;

static int failed(const char *what, int error, int code) {
  dprintf(STDERR_FILENO, "lodge: %s: %s\n", what, strerror(error));
  return code;
}

/* The exit code of a program; that of virtlogd --daemon comes once the daemon listens:
 * src/logging/log_daemon.c writes its status after making its sockets, src/util/virdaemon.c waits. */
static int run(char **words) {
  pid_t process;
  int status, error = posix_spawn(&process, words[0], NULL, NULL, words, environ);
  if (error) return failed(words[0], error, NOT_RUN);
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return failed(words[0], errno, NOT_RUN);
  return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int count, char **words) {
  int end = 3;
  while (end < count && strcmp(words[end], "--")) end++;
  if (end + 1 >= count) return failed("MARK PROGRAM... -- PROGRAM...", EINVAL, MISUSED);
  words[end] = NULL;
  int code = run(words + 2);
  if (code) return code;
  int mark = open(words[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (mark < 0) return failed(words[1], errno, MISUSED);
  close(mark);
  execv(words[end + 1], words + end + 1);
  return failed(words[end + 1], errno, NOT_RUN);
}
