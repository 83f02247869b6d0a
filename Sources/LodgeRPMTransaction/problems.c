#include "problems.h"

#include <rpm/rpmprob.h>
#include <rpm/rpmps.h>
#include <stdlib.h>

#include "events.h"

/* The word for a problem. */
static const char *name_of(rpmProblemType type) {
  switch (type) {
    case RPMPROB_REQUIRES: return "requires";
    case RPMPROB_CONFLICT: return "conflicts";
    case RPMPROB_OBSOLETES: return "obsoletes";
    case RPMPROB_NEW_FILE_CONFLICT:
    case RPMPROB_FILE_CONFLICT: return "file-conflict";
    case RPMPROB_BADARCH: return "architecture";
    case RPMPROB_PKG_INSTALLED:
    case RPMPROB_OLDPACKAGE: return "already-installed";
    case RPMPROB_DISKSPACE: return "disk-space";
    case RPMPROB_DISKNODES: return "disk-inodes";
    case RPMPROB_VERIFY: return "verify";
    default: return "other";
  }
}

/* Adds what the texts of a problem stand for, which its type decides (lib/rpmprob.c). */
static void tell_parts(rpmProblem problem) {
  const char *package = rpmProblemGetPkgNEVR(problem), *other = rpmProblemGetAltNEVR(problem);
  const char *text = rpmProblemGetStr(problem);
  switch (rpmProblemGetType(problem)) {
    case RPMPROB_REQUIRES:
    case RPMPROB_CONFLICT:
    case RPMPROB_OBSOLETES:
      event_text("package", other);
      event_text("capability", text);
      break;
    case RPMPROB_NEW_FILE_CONFLICT:
    case RPMPROB_FILE_CONFLICT:
      event_text("package", package);
      event_text("other", other);
      event_text("path", text);
      break;
    case RPMPROB_DISKSPACE:
    case RPMPROB_DISKNODES:
      event_text("package", package);
      event_text("path", text);
      event_number("needs", rpmProblemGetDiskNeed(problem));
      break;
    default: event_text("package", package);
  }
}

int tell_problems(rpmts transaction) {
  rpmps problems = rpmtsProblems(transaction);
  rpmpsi iterator = rpmpsInitIterator(problems);
  rpmProblem problem;
  int count = 0;
  while ((problem = rpmpsiNext(iterator))) {
    char *words = rpmProblemString(problem);
    event_begin();
    event_text("problem", name_of(rpmProblemGetType(problem)));
    tell_parts(problem);
    event_text("text", words);
    event_end();
    free(words);
    count++;
  }
  rpmpsFreeIterator(iterator);
  rpmpsFree(problems);
  return count;
}
