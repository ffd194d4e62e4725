#pragma once
// TOML to a stream of nodes, in plain C, over toml++ (C++, header-only).
//
// A stream instead of the JSON one might expect between two languages: it needs no second parser,
// no Foundation, and each node carries its line and column, which the operator wants to hear.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SMSMDA_TOML_TABLE,   // its entries follow, each with a key, up to SMSMDA_TOML_END
    SMSMDA_TOML_ARRAY,   // its elements follow, without keys, up to SMSMDA_TOML_END
    SMSMDA_TOML_END,
    SMSMDA_TOML_STRING,
    SMSMDA_TOML_INTEGER,
    SMSMDA_TOML_REAL,
    SMSMDA_TOML_BOOLEAN, // in `integer`
    SMSMDA_TOML_DATE,    // a date, a time or both; the value is not handed over
};

// One node. Pointers are lent for the duration of the visit; texts are UTF-8, not terminated.
typedef struct {
    int32_t kind;
    uint32_t line;   // from 1: of the key where there is one, else of the value
    uint32_t column; // from 1, in code points
    const char *key; // NULL for an element of an array and for the document itself
    size_t key_length;
    const char *text; // of SMSMDA_TOML_STRING
    size_t text_length;
    int64_t integer;
    double real;
} smsmda_toml_node;

typedef struct {
    uint32_t line; // 0: unknown
    uint32_t column;
    char text[256]; // what is wrong, NUL-terminated
} smsmda_toml_error;

typedef void (*smsmda_toml_visitor)(void *context, const smsmda_toml_node *node);

// Parses a document and visits it from the root table down. Returns 0, or -1 with `error` filled
// in and nothing visited. No C++ exception leaves it; the visitor must not unwind through it.
int smsmda_toml_visit(
    const char *bytes, size_t length, smsmda_toml_visitor visitor, void *context,
    smsmda_toml_error *error);

#ifdef __cplusplus
}
#endif
