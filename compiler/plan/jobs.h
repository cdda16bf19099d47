/* Jobs as data for `gov serve` and `gov export`, and as runs. */
#ifndef GOV_PLAN_JOBS_H
#define GOV_PLAN_JOBS_H

#include "compiler/plan/plan.h"
#include "runtime/schedule/job.h"

/* All jobs of the program, in order of declaration, in its arena. */
GovJobs *plan_jobs(const Program *program, const Target *target);
/* The job of that name; null: there is none. */
const Deferred *plan_job(const Program *program, const char *name);
/* What a job builds (or, of one that only tests, tests), as arguments of --select. */
typedef VEC(const char *) Selections;
Selections job_selections(Arena *arena, const Deferred *job);
bool job_only_tests(const Deferred *job);
/* Whether its condition asks if the files of a source have changed. */
bool job_asks_files(Program *program, const Deferred *job);

#endif
