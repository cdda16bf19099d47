#include "runtime/notify/notify.h"

#include "runtime/settings/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef bool Send(const char *address, const Message *message, char *ret_error, size_t error_size);

enum { ATTEMPTS = 4 };

static bool try_often(Send *send, const char *address, const Message *message, char *ret_error, size_t error_size) {
    for (int attempt = 1;; attempt++) {
        if (send(address, message, ret_error, error_size)) return true;
        if (attempt == ATTEMPTS) return false;
        nanosleep(&(struct timespec){attempt, 0}, NULL);
    }
}

/* `channel` for messages: `slack of Data Platform: …`. */
static bool send_to(const GovNotice *notice, const GovValue *value, const char *channel, Send *send, const Message *message, char *ret_error,
                    size_t error_size) {
    char words[512];
    char *address = settings_read(value);
    bool given = address && *address;
    bool ok = given && try_often(send, address, message, words, sizeof words);
    if (!given && value->text[0] == '\0') ok = true; /* an owner that has no such address */
    else if (!ok) snprintf(ret_error, error_size, "%s of %s: %s", channel, notice->owner, given ? words : "its address is not set");
    free(address);
    return ok;
}

bool notify_send(const GovNotice *notice, const Message *message, char *ret_error, size_t error_size) {
    bool ok = true;
    if (notice->channels & GOV_BY_EMAIL) ok = send_to(notice, &notice->email, "e-mail", notify_email, message, ret_error, error_size);
    if (notice->channels & GOV_BY_SLACK) ok = send_to(notice, &notice->slack, "slack", notify_slack, message, ret_error, error_size) && ok;
    return ok;
}
