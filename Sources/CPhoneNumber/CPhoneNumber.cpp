#include "CPhoneNumber.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

// Where an E.164 number says its calling code itself.
const char kNoRegion[] = "ZZ";

// Copies `text` with its NUL into a buffer, or says that it has no room.
bool copy(const std::string &text, char *buffer, size_t capacity) {
    if (text.size() >= capacity) return false;
    std::memcpy(buffer, text.c_str(), text.size() + 1);
    return true;
}

int32_t status(PhoneNumberUtil::ErrorType error) {
    switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return SMSMDA_NUMBER_READ;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return SMSMDA_NUMBER_UNKNOWN_CALLING_CODE;
    case PhoneNumberUtil::NOT_A_NUMBER: return SMSMDA_NUMBER_NOT_A_NUMBER;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD: return SMSMDA_NUMBER_TOO_SHORT;
    case PhoneNumberUtil::TOO_SHORT_NSN: return SMSMDA_NUMBER_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return SMSMDA_NUMBER_TOO_LONG;
    }
    return SMSMDA_NUMBER_FAILED;
}

int32_t status(PhoneNumberUtil::ValidationResult result) {
    switch (result) {
    case PhoneNumberUtil::IS_POSSIBLE: return SMSMDA_NUMBER_READ;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return SMSMDA_NUMBER_READ;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return SMSMDA_NUMBER_UNKNOWN_CALLING_CODE;
    case PhoneNumberUtil::TOO_SHORT: return SMSMDA_NUMBER_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG: return SMSMDA_NUMBER_TOO_LONG;
    case PhoneNumberUtil::INVALID_LENGTH: return SMSMDA_NUMBER_NOT_POSSIBLE;
    }
    return SMSMDA_NUMBER_FAILED;
}

} // namespace

extern "C" {

int32_t smsmda_phonenumber_version(void) { return SMSMDA_PHONENUMBER_VERSION; }

int32_t smsmda_number_read(
    const char *text, size_t length, const char *region, char *e164, size_t capacity) {
    if (capacity == 0) return SMSMDA_NUMBER_FAILED;
    e164[0] = 0;
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        int32_t answer = status(util->Parse(std::string(text, length), region, &number));
        if (answer != SMSMDA_NUMBER_READ) return answer;
        answer = status(util->IsPossibleNumberWithReason(number));
        if (answer != SMSMDA_NUMBER_READ) return answer;
        std::string formatted;
        util->Format(number, PhoneNumberUtil::E164, &formatted);
        return copy(formatted, e164, capacity) ? SMSMDA_NUMBER_READ : SMSMDA_NUMBER_FAILED;
    } catch (...) {
        return SMSMDA_NUMBER_FAILED;
    }
}

int32_t smsmda_number_region(const char *e164, size_t length, char *region, size_t capacity) {
    if (capacity == 0) return SMSMDA_NUMBER_FAILED;
    region[0] = 0;
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (util->Parse(std::string(e164, length), kNoRegion, &number)
            != PhoneNumberUtil::NO_PARSING_ERROR) {
            return SMSMDA_NUMBER_FAILED;
        }
        std::string code;
        util->GetRegionCodeForNumber(number, &code);
        if (code == kNoRegion) code.clear();
        return copy(code, region, capacity) ? SMSMDA_NUMBER_READ : SMSMDA_NUMBER_FAILED;
    } catch (...) {
        return SMSMDA_NUMBER_FAILED;
    }
}

int32_t smsmda_number_kind(const char *e164, size_t length) {
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (util->Parse(std::string(e164, length), kNoRegion, &number)
            != PhoneNumberUtil::NO_PARSING_ERROR) {
            return -1;
        }
        return static_cast<int32_t>(util->GetNumberType(number));
    } catch (...) {
        return -1;
    }
}

} // extern "C"
