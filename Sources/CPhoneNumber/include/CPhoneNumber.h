// libphonenumber behind a plain C interface, because importing its C++ headers crashes the Swift
// compiler. No function throws, keeps a pointer or writes past the buffer it is given.
//
// The library is opened with dlopen(3) (Core/Address/PhoneNumberLibrary.swift), so a change of a
// function here is a change of its type there, and of SMSMDA_PHONENUMBER_VERSION in both.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMSMDA_PHONENUMBER_VERSION 1

// What smsmda_number_read answers. The numbers are the interface.
enum {
    SMSMDA_NUMBER_READ = 0,
    SMSMDA_NUMBER_NOT_A_NUMBER = 1,
    SMSMDA_NUMBER_TOO_SHORT = 2,
    SMSMDA_NUMBER_TOO_LONG = 3,
    SMSMDA_NUMBER_UNKNOWN_CALLING_CODE = 4,
    SMSMDA_NUMBER_NOT_POSSIBLE = 5,
    // An exception, or a buffer too small: a fault of ours, not of the text.
    SMSMDA_NUMBER_FAILED = 6,
};

// The version of this interface.
int32_t smsmda_phonenumber_version(void);

// Reads `length` bytes of UTF-8 as a number dialled in `region` (ISO 3166, two letters). On
// SMSMDA_NUMBER_READ, `e164` holds the E.164 form, ended by a NUL; else it holds "".
int32_t smsmda_number_read(
    const char *text, size_t length, const char *region, char *e164, size_t capacity);

// Writes the ISO 3166 code of the region that an E.164 number belongs to, "001" for one of no
// region, "" for unknown. Returns SMSMDA_NUMBER_READ or SMSMDA_NUMBER_FAILED.
int32_t smsmda_number_region(const char *e164, size_t length, char *region, size_t capacity);

// The kind of line, as libphonenumber's PhoneNumberType numbers them: 0 fixed, 1 mobile, 2 fixed or
// mobile, 3 toll free, 4 premium rate, 5 shared cost, 6 VoIP, 7 personal, 8 pager, 9 UAN, 10
// voice mail, 11 unknown. -1 when the call failed.
int32_t smsmda_number_kind(const char *e164, size_t length);

#ifdef __cplusplus
}
#endif
