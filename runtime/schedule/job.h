/* What runs by itself: jobs, as constant data, made by the compiler for `gov serve` and `gov export`. */
#ifndef GOV_SCHEDULE_JOB_H
#define GOV_SCHEDULE_JOB_H

#include "runtime/plan.h"

/* What a job may tell its owners of; bits. */
typedef enum {
    GOV_TELL_FAILURE = 1,   /* it failed, and no retry is left */
    GOV_TELL_SUCCESS = 2,
    GOV_TELL_MISSING = 4,   /* files that a source waits for did not come */
    GOV_TELL_WARNING = 8,   /* a test that only warns failed */
    GOV_TELL_LATE = 16,     /* it has not succeeded by its deadline, or soon before it */
} GovTell;

typedef enum { GOV_BY_EMAIL = 1, GOV_BY_SLACK = 2 } GovChannel;

/* `notify data_platform on failure, late by slack`. */
typedef struct {
    const char *owner;        /* `Data Platform` */
    unsigned tells;           /* GovTell */
    unsigned channels;        /* GovChannel; all that the owner has where the clause does not say */
    GovValue email, slack;    /* an address; the address of a webhook. Empty text: none */
} GovNotice;

typedef struct {
    const char *name;
    const char *does;         /* in words: `builds raw.*+, tests marts.*` */
    const char *cron;         /* null: looked at every minute, for it has a condition */
    const char *timezone;     /* in which cron and deadline are read */
    bool has_condition;       /* it runs only when its `when` holds: the run asks */
    bool only_tests;
    int retries;              /* after the first attempt */
    bool backoff;             /* wait twice as long before each */
    const char *deadline;     /* `10:00`, or null */
    GovDuration warn_before;  /* the deadline; count 0: no warning */
    const GovNotice *notices;
    size_t notice_count;
    GovPlace place;
} GovJob;

typedef struct {
    const char *project;
    const char *target;
    const GovJob *items;      /* in order of declaration */
    size_t count;
} GovJobs;

#endif
