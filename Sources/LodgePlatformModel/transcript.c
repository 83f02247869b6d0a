/* Writes the transcript: one line per call, one write(2) per line. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static __thread struct line *current;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int file = -1;
static pid_t file_owner;
static uint64_t sequence;

/* Opens this process's file; after a fork the child opens its own. Numbered high and closed on
 * exec, so that the program neither finds nor inherits it. */
static void open_file(void) {
  const char *where = folder("transcripts"), *guest = guest_name();
  file_owner = getpid();
  file = -1;
  if (!where) return;
  char path[1024], name[24];
  snprintf(name, sizeof name, "%d", (int)file_owner);
  snprintf(path, sizeof path, "%s/%s-%s.log", where, program_name(), guest ? guest : name);
  int low = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (low < 0) give_up("%s: %s", path, strerror(errno));
  int high = fcntl(low, F_DUPFD_CLOEXEC, 900);
  file = high < 0 ? low : high;
  if (high >= 0) syscall(SYS_close, low);
  dprintf(file, "# lodge transcript 1 %s guest=%s pid=%d\n", program_name(), guest ? guest : "-",
          (int)file_owner);
  signals_say(file);
}

/* Writes a line under the lock. A call's number is taken there, so that numbers rise in the file; other
 * lines start with a kind. */
static void write_line(const char *kind, const char *text) {
  char numbered_text[8192];
  int error = errno;
  pthread_mutex_lock(&lock);
  if (file_owner != getpid()) open_file();
  if (kind) snprintf(numbered_text, sizeof numbered_text, "# %s ", kind);
  else snprintf(numbered_text, sizeof numbered_text, "%llu ", (unsigned long long)++sequence);
  size_t length = strlen(numbered_text);
  length += (size_t)snprintf(numbered_text + length, sizeof numbered_text - length - 1, "%s", text);
  if (length > sizeof numbered_text - 2) length = sizeof numbered_text - 2;
  numbered_text[length++] = '\n';
  if (file >= 0 && write(file, numbered_text, length) < 0) {
    /* A full disk loses the line, not the guest; the reader sees the gap in the numbers. */
  }
  pthread_mutex_unlock(&lock);
  errno = error;
}

void note(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  write_line("note", text);
}

void tell_number(const char *name, uint32_t number) {
  char text[128];
  snprintf(text, sizeof text, "%s 0x%x", name, number);
  write_line("number", text);
}

static void append(char *text, size_t *length, size_t room, const char *format, va_list arguments) {
  if (*length >= room - 1) return;
  int added = vsnprintf(text + *length, room - *length, format, arguments);
  if (added > 0) *length += (size_t)added;
  if (*length > room - 1) *length = room - 1;
}

static void __attribute__((format(printf, 1, 2))) say(const char *format, ...) {
  if (!current) return;
  va_list arguments;
  va_start(arguments, format);
  append(current->text, &current->length, sizeof current->text, format, arguments);
  va_end(arguments);
}

void say_number(const char *name, uint64_t value) {
  say(" %s=0x%llx", name, (unsigned long long)value);
}

void say_pointer(const char *name, uint64_t value) {
  say(" %s=ptr:0x%llx", name, (unsigned long long)value);
}

void say_descriptor(const char *name, int value) { say(" %s=fd:%d", name, value); }

/* A value has no space; what would end it, or the line, becomes %XX. */
void say_text(const char *name, const char *value) {
  say(" %s=", name);
  for (const char *at = value; *at; at++) {
    unsigned char c = (unsigned char)*at;
    if (c <= ' ' || c == '%' || c >= 0x7f) say("%%%02X", c);
    else say("%c", c);
  }
}

void say_constant(const char *name, const char *family, uint64_t value) {
  const char *known = constant_name(family, value);
  if (known) say_text(name, known);
  say_number(known ? "number" : name, value);
}

void say_digest(const char *name, const void *bytes, size_t size) {
  struct sha256 hash;
  uint8_t digest[32];
  sha256_start(&hash);
  sha256_add(&hash, bytes, size);
  sha256_finish(&hash, digest);
  say(" %s=", name);
  for (size_t i = 0; i < sizeof digest; i++) say("%02x", digest[i]);
}

void say_command(const char *name) { say(" %s", name); }

void say_made(const char *format, ...) {
  if (!current) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(current->made, sizeof current->made, format, arguments);
  va_end(arguments);
}

void say_nothing(void) {
  if (current) current->silent = true;
}

long refuse(enum who who, int error, const char *format, ...) {
  static const char *const words[WHO_COUNT] = {"kernel", "firmware", "platform", "fault",
                                               "unmodelled"};
  if (current) {
    va_list arguments;
    size_t length = (size_t)snprintf(current->refusal, sizeof current->refusal, " ! %s ", words[who]);
    va_start(arguments, format);
    append(current->refusal, &length, sizeof current->refusal, format, arguments);
    va_end(arguments);
  }
  return -error;
}

void line_start(struct line *line) {
  line->length = 0;
  line->text[0] = line->refusal[0] = line->made[0] = 0;
  line->silent = false;
  line->outer = current;
  current = line;
}

/* "kvm", "vm1", "vm1.0" or "sev": the object of a call. */
static void object_name(const struct call *call, char *name, size_t size) {
  switch (call->kind) {
    case KIND_VM: snprintf(name, size, "vm%d", call->vm->number); break;
    case KIND_VCPU: snprintf(name, size, "vm%d.%d", call->vm->number, call->vcpu->id); break;
    case KIND_SEV_DEVICE: snprintf(name, size, "sev"); break;
    default: snprintf(name, size, "kvm"); break;
  }
}

void line_end(struct line *line, const struct call *call, const char *name, long result) {
  char object[40], text[sizeof line->text + sizeof line->refusal + 256];
  current = line->outer;
  if (line->silent) return;
  object_name(call, object, sizeof object);
  const char *error = result < 0 ? strerrorname_np((int)-result) : NULL;
  if (line->made[0] && result >= 0)
    snprintf(text, sizeof text, "%s %s%s = %s", object, name, line->text, line->made);
  else
    snprintf(text, sizeof text, "%s %s%s = %ld%s%s%s", object, name, line->text, result,
             error ? " " : "", error ? error : "", line->refusal);
  write_line(NULL, text);
}
