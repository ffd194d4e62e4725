#pragma once
// SHA256_Init and its like are called deprecated in favour of EVP, whose first use reads openssl.cnf
// and loads a provider: 1 ms of CPU, a tenth of a run of sms-deliver, for the same code underneath.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
