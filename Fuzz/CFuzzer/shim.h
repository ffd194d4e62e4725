#ifndef SMSMDA_CFUZZER_H
#define SMSMDA_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

// libFuzzer has no header for this: the driver, for programs that have a main of their own.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));

#endif
