#pragma once
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
