// The program's arguments for Swift's `CommandLine`, taken from where the C library hands them out.
//
// Linked in statically, the Swift runtime looks for them before `main`: it reads and parses
// /proc/self/maps to find the stack. With the 40 libraries of sms-deliver that is 400 lines and
// 0.3 ms, as much as reading the whole configuration. These two functions are all that the runtime
// keeps for the arguments, so its own are not linked and nothing is searched. Should another
// release of Swift keep more, the linker says so (a symbol defined twice), and this target can go.
//
// Not for threads: called before there are any.
#include "CArguments.h"

static int count;
static char **arguments;

// glibc gives a constructor what it gives `main`.
__attribute__((constructor)) static void take(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *out) {
    *out = count;
    return arguments;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) {
    count = argc;
    arguments = argv;
}
