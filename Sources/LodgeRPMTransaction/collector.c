/* A pipe that a thread empties: nobody who prints too much has to wait, and what a scriptlet leaves
 * running keeps nobody waiting for its end. */
#define _GNU_SOURCE
#include "collector.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "events.h"

/* Reads of one page each, more than a pipe holds. */
enum { READS_IN_A_PIPE = 32 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char gathered[TEXT_LIMIT];
static size_t length;
static int outlet;

/* Keeps what still fits. */
static void keep(const char *bytes, size_t size) {
  size_t room = sizeof gathered - length;
  if (size > room) size = room;
  memcpy(gathered + length, bytes, size);
  length += size;
}

/* Takes what stands in the pipe, at most so many reads of it. */
static void drain(int reads) {
  char bytes[4096];
  ssize_t size;
  while (reads-- > 0 && (size = read(outlet, bytes, sizeof bytes)) > 0) keep(bytes, size);
}

static void *empty_pipe(void *unused) {
  struct pollfd waiting = {.fd = outlet, .events = POLLIN};
  while (poll(&waiting, 1, -1) != 0) {
    pthread_mutex_lock(&lock);
    drain(1);
    pthread_mutex_unlock(&lock);
  }
  return unused;
}

bool collector_start(void) {
  int ends[2];
  pthread_t thread;
  if (pipe2(ends, O_CLOEXEC)) return false;
  outlet = ends[0];
  if (fcntl(outlet, F_SETFL, O_NONBLOCK)) return false;
  if (dup2(ends[1], STDOUT_FILENO) < 0 || dup2(ends[1], STDERR_FILENO) < 0) return false;
  close(ends[1]);
  return pthread_create(&thread, NULL, empty_pipe, NULL) == 0;
}

void collector_clear(void) {
  char nothing[1];
  collector_take(nothing, 0);
}

void collector_add(const char *text) {
  pthread_mutex_lock(&lock);
  drain(READS_IN_A_PIPE);
  keep(text, strlen(text));
  pthread_mutex_unlock(&lock);
}

size_t collector_take(char *bytes, size_t limit) {
  // Scriptlets in Lua print through this process.
  fflush(stdout);
  pthread_mutex_lock(&lock);
  drain(READS_IN_A_PIPE);
  size_t size = length < limit ? length : limit;
  memcpy(bytes, gathered, size);
  length = 0;
  pthread_mutex_unlock(&lock);
  return size;
}
