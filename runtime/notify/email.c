/* A message by SMTP: plain text in UTF-8, TLS where the server offers it. */
#include "runtime/notify/notify.h"

#include "runtime/settings/settings.h"

#include <curl/curl.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 60 };

bool notify_lacks_email(void) {
    const char *url = getenv("GOV_SMTP_URL");
    return !url || !*url;
}

static bool is_plain(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || (unsigned char)*text > '~') return false;
    return true;
}

/* A header's text, other than ASCII as RFC 2047 has it: words of at most 45 bytes, which never cut a character. */
static void put_header_text(FILE *out, const char *text) {
    enum { WORD = 45 };
    if (is_plain(text)) {
        fputs(text, out);
        return;
    }
    for (const char *between = ""; *text; between = "\r\n ") {
        size_t length = strlen(text) < WORD ? strlen(text) : WORD;
        while (length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
        char encoded[BASE64_ENCODE_RAW_LENGTH(WORD) + 1] = "";
        base64_encode_raw(encoded, length, (const uint8_t *)text);
        fprintf(out, "%s=?UTF-8?B?%s?=", between, encoded);
        text += length;
    }
}

static struct curl_slist *add_header(struct curl_slist *headers, const char *name, const char *text) {
    char *line = NULL;
    size_t size;
    FILE *stream = open_memstream(&line, &size);
    if (!stream) return headers;
    fprintf(stream, "%s: ", name);
    put_header_text(stream, text);
    if (fclose(stream) == 0) headers = curl_slist_append(headers, line);
    free(line);
    return headers;
}

static struct curl_slist *headers_of(const char *from, const char *to, const Message *message) {
    char date[64];
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    struct curl_slist *headers = add_header(NULL, "Date", date);
    headers = add_header(headers, "From", from);
    headers = add_header(headers, "To", to);
    return add_header(headers, "Subject", message->subject);
}

static void set_login(CURL *curl, char **ret_password) {
    const char *user = getenv("GOV_SMTP_USER");
    *ret_password = settings_read(&(GovValue){GOV_VALUE_SECRET, "GOV_SMTP_PASSWORD", NULL});
    if (!user || !*user) return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, user);
    if (*ret_password) curl_easy_setopt(curl, CURLOPT_PASSWORD, *ret_password);
}

static CURLcode perform(CURL *curl, const char *from, const char *to, const Message *message, char *words) {
    char *password;
    struct curl_slist *headers = headers_of(from, to, message), *recipients = curl_slist_append(NULL, to);
    curl_mime *mime = curl_mime_init(curl);
    curl_mimepart *part = mime ? curl_mime_addpart(mime) : NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (part && headers && recipients && curl_mime_data(part, message->body, CURL_ZERO_TERMINATED) == CURLE_OK &&
        curl_mime_type(part, "text/plain; charset=utf-8") == CURLE_OK && curl_mime_encoder(part, "quoted-printable") == CURLE_OK) {
        set_login(curl, &password);
        curl_easy_setopt(curl, CURLOPT_URL, getenv("GOV_SMTP_URL"));
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
        code = curl_easy_perform(curl);
        free(password);
    }
    curl_mime_free(mime);
    curl_slist_free_all(headers);
    curl_slist_free_all(recipients);
    return code;
}

bool notify_email(const char *address, const Message *message, char *ret_error, size_t error_size) {
    char words[CURL_ERROR_SIZE] = "";
    const char *from = getenv("GOV_SMTP_FROM");
    if (notify_lacks_email() || !from || !*from) {
        snprintf(ret_error, error_size, "%s is not set", notify_lacks_email() ? "GOV_SMTP_URL" : "GOV_SMTP_FROM");
        return false;
    }
    CURL *curl = curl_easy_init();
    CURLcode code = curl ? perform(curl, from, address, message, words) : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK) snprintf(ret_error, error_size, "%s", *words ? words : curl_easy_strerror(code));
    curl_easy_cleanup(curl);
    return code == CURLE_OK;
}
