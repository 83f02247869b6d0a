/* The process that the model is loaded into: its names, its files, and how it ends on bad input. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAME_LIMIT = 200, ARGUMENTS_LIMIT = 1 << 21, BAD_INPUT = 121 };

void give_up(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  dprintf(STDERR_FILENO, "lodge: platform model: %s\n", text);
  _exit(BAD_INPUT);
}

/* System calls are made directly: the libc functions of these names are the ones replaced. */
char *read_file(const char *path, size_t limit, size_t *size) {
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return NULL;
  char *text = malloc(limit + 1);
  ssize_t got = 0;
  for (*size = 0; text && *size <= limit; *size += (size_t)got) {
    got = read(file, text + *size, limit + 1 - *size);
    if (got < 0 && errno == EINTR) got = 0;
    else if (got <= 0) break;
  }
  int error = !text ? ENOMEM : got < 0 ? errno : *size > limit ? EFBIG : 0;
  syscall(SYS_close, file);
  if (error) {
    free(text);
    errno = error;
    return NULL;
  }
  text[*size] = 0;
  char *fitting = realloc(text, *size + 1);
  return fitting ? fitting : text;
}

static char program[NAME_LIMIT], guest[NAME_LIMIT];

/* Copies a name as a file name: what is neither letter, digit nor one of `._+-` becomes %XX. */
static void copy_name(char *to, const char *from, size_t length) {
  char *end = to + NAME_LIMIT - 4;
  for (size_t i = 0; i < length && to < end; i++) {
    unsigned char c = (unsigned char)from[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                 strchr("_+-", c) || (c == '.' && i > 0);
    if (plain) *to++ = (char)c;
    else to += sprintf(to, "%%%02X", c);
  }
  *to = 0;
}

/* QEMU's `-name X,...` or `-name guest=X,...`; a comma in a name is written twice
 * (QEMU's util/keyval.c and util/qemu-option.c). */
static void read_guest(const char *value) {
  char name[NAME_LIMIT];
  size_t length = 0;
  const char *key = strstr(value, "guest=");
  if (key && (key == value || key[-1] == ',')) value = key + 6;
  for (; *value && length < sizeof name; value++) {
    if (*value == ',' && *++value != ',') break;
    name[length++] = *value;
  }
  copy_name(guest, name, length);
}

static void read_arguments(void) {
  size_t size;
  char *text = read_file("/proc/self/cmdline", ARGUMENTS_LIMIT, &size);
  if (!text) {
    copy_name(program, program_invocation_short_name, strlen(program_invocation_short_name));
    return;
  }
  const char *slash = strrchr(text, '/'), *name = slash ? slash + 1 : text;
  copy_name(program, name, strlen(name));
  for (char *word = text; word < text + size; word += strlen(word) + 1) {
    char *next = word + strlen(word) + 1;
    bool is_name = !strcmp(word, "-name") || !strcmp(word, "--name");
    if (is_name && next < text + size) read_guest(next);
  }
  free(text);
}

static void load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_arguments);
}

const char *program_name(void) {
  load();
  return program;
}

/* A guest's name is asked of QEMU only: other programs use -name for other things. */
const char *guest_name(void) {
  load();
  return guest[0] && !strncmp(program, "qemu", 4) ? guest : NULL;
}
