#include "model.h"
void cpuid_answer_from_description(void) {}
