#pragma once
// Allows SHA256(), which is deprecated: its replacement, EVP_Digest(), initializes all of OpenSSL first, which takes a tenth
// of the start time.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
