#include "CToml.h"

namespace {
// toml++ 3.3 asserts what an operator can break: "[" alone on a line ends in assert(3), or, with
// NDEBUG, in undefined behaviour. Here it ends in an error like any other. Found by fuzzing.
struct unmet_expectation {};
}

#undef NDEBUG
#define TOML_ASSERT(condition) \
    do { \
        if (!(condition)) throw unmet_expectation{}; \
    } while (false)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <string_view>

namespace {

struct Visit {
    smsmda_toml_visitor visitor;
    void *context;

    void node(const toml::node &value, const toml::key *key) const {
        smsmda_toml_node out{};
        const toml::source_position where = key ? key->source().begin : value.source().begin;
        out.line = where.line;
        out.column = where.column;
        if (key) {
            out.key = key->data();
            out.key_length = key->length();
        }
        if (const toml::table *table = value.as_table()) {
            out.kind = SMSMDA_TOML_TABLE;
            visitor(context, &out);
            for (const auto &entry : *table) node(entry.second, &entry.first);
            end();
        } else if (const toml::array *array = value.as_array()) {
            out.kind = SMSMDA_TOML_ARRAY;
            visitor(context, &out);
            for (const auto &element : *array) node(element, nullptr);
            end();
        } else {
            scalar(value, out);
            visitor(context, &out);
        }
    }

    static void scalar(const toml::node &value, smsmda_toml_node &out) {
        if (const auto *text = value.as_string()) {
            out.kind = SMSMDA_TOML_STRING;
            out.text = text->get().data();
            out.text_length = text->get().size();
        } else if (const auto *integer = value.as_integer()) {
            out.kind = SMSMDA_TOML_INTEGER;
            out.integer = integer->get();
        } else if (const auto *real = value.as_floating_point()) {
            out.kind = SMSMDA_TOML_REAL;
            out.real = real->get();
        } else if (const auto *truth = value.as_boolean()) {
            out.kind = SMSMDA_TOML_BOOLEAN;
            out.integer = truth->get();
        } else {
            out.kind = SMSMDA_TOML_DATE;
        }
    }

    void end() const {
        smsmda_toml_node out{};
        out.kind = SMSMDA_TOML_END;
        visitor(context, &out);
    }
};

void describe(smsmda_toml_error *error, std::string_view text) {
    const size_t count = std::min(text.size(), sizeof error->text - 1);
    std::memcpy(error->text, text.data(), count);
    error->text[count] = 0;
}

// The first line, from 1, up to which the parser still meets an expectation that does not hold.
// It has no position to tell, so the document is parsed again, line by line. 0: too far down.
uint32_t line_of_unmet_expectation(std::string_view document) {
    constexpr uint32_t farthest = 2000;
    size_t end = 0;
    for (uint32_t line = 1; line <= farthest && end < document.size(); line++) {
        end = std::min(document.find('\n', end), document.size() - 1) + 1;
        try {
            (void)toml::parse(document.substr(0, end));
        } catch (const unmet_expectation &) {
            return line;
        } catch (const toml::parse_error &) {
            // A value that goes on in the next line.
        }
    }
    return 0;
}

} // namespace

extern "C" int smsmda_toml_visit(
    const char *bytes, size_t length, smsmda_toml_visitor visitor, void *context,
    smsmda_toml_error *error) {
    error->line = 0;
    error->column = 0;
    try {
        const toml::table document = toml::parse(std::string_view(bytes, length));
        Visit{visitor, context}.node(document, nullptr);
        return 0;
    } catch (const toml::parse_error &failure) {
        error->line = failure.source().begin.line;
        error->column = failure.source().begin.column;
        describe(error, failure.description());
    } catch (const unmet_expectation &) {
        try {
            error->line = line_of_unmet_expectation(std::string_view(bytes, length));
            error->column = error->line ? 1 : 0;
        } catch (...) {
            // Without a line, then.
        }
        describe(error, "a key is expected");
    } catch (const std::exception &failure) {
        describe(error, failure.what());
    } catch (...) {
        describe(error, "unknown failure");
    }
    return -1;
}
