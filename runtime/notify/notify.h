/* Telling owners what became of a job: by e-mail and by webhooks that take what Slack takes. No value of a row is ever told. */
#ifndef GOV_NOTIFY_H
#define GOV_NOTIFY_H

#include "runtime/schedule/job.h"

#include <stdbool.h>
#include <stddef.h>

/* What happened; texts are never null, a template's `{name}` stands for each of them. */
typedef struct {
    GovTell tells;
    const char *project, *target, *job;
    const char *due;        /* when it was due, in the job's time zone: `2026-11-21 06:00 -03` */
    const char *run;        /* of the ledger, or "" */
    const char *attempt;    /* `4 of 4` */
    const char *seconds;
    const char *details;    /* lines: what failed, and why */
} Notification;

typedef struct {
    char *subject;          /* one line */
    char *body;
} Message;

/* Puts the notification into the template of its kind: the file `notifications/failure.txt` (success, missing, warning, late)
 * in `folder`, else gov's own; its first line is the subject. A `{name}` that is none of the notification's stays as it is.
 * False: out of memory, or the file cannot be read. Closed with message_close. */
bool message_open(const char *folder, const Notification *notification, Message *ret_message, char *ret_error, size_t error_size);
void message_close(Message *message);

/* Sends the message to all addresses of the notice, by the channels that it names. Tries again three times, waiting a little
 * longer each time. False: `ret_error` says which address did not get it and why, without the address of a webhook, which is a
 * secret. E-mail needs the environment: GOV_SMTP_URL (`smtp://mail.example.com:587`), GOV_SMTP_FROM, and, where the server wants
 * them, GOV_SMTP_USER and the secret GOV_SMTP_PASSWORD. */
bool notify_send(const GovNotice *notice, const Message *message, char *ret_error, size_t error_size);

/* Whether there is no way to send e-mail: GOV_SMTP_URL is not set. */
bool notify_lacks_email(void);

/* One attempt by one channel. */
bool notify_email(const char *address, const Message *message, char *ret_error, size_t error_size);
bool notify_slack(const char *url, const Message *message, char *ret_error, size_t error_size);

#endif
