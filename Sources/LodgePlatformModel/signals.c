/* Says in the transcript by which signal the process dies; it dies of it all the same. */
#include "model.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct { int signal; const char *line; } fatal[] = {
    {SIGABRT, "# signal SIGABRT\n"},
    {SIGSEGV, "# signal SIGSEGV\n"},
    {SIGBUS, "# signal SIGBUS\n"},
};

static volatile sig_atomic_t file = -1;

/* One write(2), no lock. A fault happens again when this returns, now with nobody to catch it; a
 * signal that was sent is sent again. */
static void say_and_die(int signal, siginfo_t *info, void *context) {
  (void)context;
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
    if (fatal[i].signal != signal) continue;
    if (write(file, fatal[i].line, strlen(fatal[i].line)) < 0) break;
  }
  struct sigaction die = {.sa_handler = SIG_DFL};
  sigaction(signal, &die, NULL);
  if (info->si_code <= 0) raise(signal);
}

void signals_say(int descriptor) {
  file = descriptor;
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
    struct sigaction current, action = {.sa_sigaction = say_and_die, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(fatal[i].signal, NULL, &current)) continue;
    if (current.sa_flags & SA_SIGINFO || current.sa_handler != SIG_DFL) continue;
    sigaction(fatal[i].signal, &action, NULL);
  }
}
