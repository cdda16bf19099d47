/* A message to a webhook, as Slack and those that do as it does take it: `{"text": …}`. */
#include "runtime/notify/notify.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECONDS = 30 };

static size_t drop(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

static char *payload_of(const Message *message) {
    json_t *payload = json_pack("{s:s++}", "text", message->subject, "\n", message->body); /* `s++` joins three */
    char *text = payload ? json_dumps(payload, JSON_COMPACT) : NULL;
    json_decref(payload);
    return text;
}

bool notify_slack(const char *url, const Message *message, char *ret_error, size_t error_size) {
    char words[CURL_ERROR_SIZE] = "";
    long status = 0;
    char *payload = payload_of(message);
    CURL *curl = payload ? curl_easy_init() : NULL;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (curl && headers) {
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, payload);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
        code = curl_easy_perform(curl);
        if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    bool ok = code == CURLE_OK && status >= 200 && status < 300;
    if (!ok && code == CURLE_OK) snprintf(ret_error, error_size, "the webhook answered with status %ld", status);
    else if (!ok) snprintf(ret_error, error_size, "%s", code == CURLE_URL_MALFORMAT ? "the webhook's address is none" : *words ? words : curl_easy_strerror(code));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(payload);
    return ok;
}
