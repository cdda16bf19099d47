#include "runtime/ledger/lock_file.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* `gov` in ASCII: an advisory lock of the session, one of this number in each database. */
#define RUN_LOCK "6778742"

/* ---------------------------------------------------------------------------------------------------------- processes */

enum { WHEN_SIZE = 128 };

static void read_line(const char *path, char *text, size_t size) {
    FILE *file = fopen(path, "re");
    *text = 0;
    if (!file) return;
    if (!fgets(text, (int)size, file)) *text = 0;
    text[strcspn(text, "\n")] = 0;
    fclose(file);
}

/* What tells a process from any other that has had its number, here and ever: the boot of the machine, the space of process
 * numbers, and when it started (field 22 of /proc/PID/stat, in clock ticks since the boot: proc(5)). Empty: there is none. */
static void start_of_process(long process_id, char start[WHEN_SIZE]) {
    char path[64], stat[1024], boot[64], space[64] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", process_id);
    read_line(path, stat, sizeof stat);
    read_line("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    if (readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0) *space = 0;
    const char *field = strrchr(stat, ')'); /* the name before it may hold anything */
    for (int i = 2; field && i < 22; i++) field = strchr(field + 1, ' ');
    *start = 0;
    if (field) snprintf(start, WHEN_SIZE, "%.40s %.40s %.*s", boot, space, (int)strcspn(field + 1, " "), field + 1);
}

/* Same host: is the process gone? Of another space of process numbers nobody can say. */
static bool is_dead(long process_id, const char *started) {
    char own[WHEN_SIZE], now[WHEN_SIZE];
    start_of_process((long)getpid(), own);
    size_t boot = strcspn(own, " "), space = boot + 1 + strcspn(own + boot + (own[boot] == ' '), " ");
    if (!*started || !own[boot]) return false;
    if (strncmp(own, started, boot + 1) != 0) return true; /* the machine was started anew */
    if (strncmp(own, started, space + 1) != 0) return false;
    if (kill((pid_t)process_id, 0) != 0 && errno == ESRCH) return true;
    start_of_process(process_id, now);
    return *now && strcmp(now, started) != 0;
}

static void find_user(char *user, size_t size) {
    char buffer[1024];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
        snprintf(user, size, "%s", found->pw_name);
    else
        snprintf(user, size, "%lu", (unsigned long)geteuid());
}

/* ---------------------------------------------------------------------------------------------------------- the holder */

typedef struct {
    char words[LEDGER_HOLDER_SIZE];   /* empty: nobody is known */
    char host[256];
    char started[WHEN_SIZE];
    long process_id;
    bool ran_out;                     /* the lease */
} Holder;

/* The ledger may not be there yet, or not be this user's to read: then nothing is known. */
static void read_holder(EngineConnection *connection, Holder *ret_holder) {
    EngineError ignored;
    EngineResult *result;
    *ret_holder = (Holder){0};
    if (!engine_query(connection,
                      "select coalesce('run ' || run_id, 'a run'), user_name, host_name, process_id, process_started, command, "
                      "to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), "
                      "renewed_at + lease_seconds * interval '1 second' < clock_timestamp() from gov.lock order by taken_at desc limit 1",
                      NULL, 0, &result, &ignored))
        return;
    if (engine_next(result, &ignored)) {
        ret_holder->process_id = (long)engine_cell(result, 3).integer;
        ret_holder->ran_out = engine_cell(result, 7).integer != 0;
        snprintf(ret_holder->host, sizeof ret_holder->host, "%s", engine_cell(result, 2).text);
        snprintf(ret_holder->started, sizeof ret_holder->started, "%s", engine_cell(result, 4).text);
        snprintf(ret_holder->words, sizeof ret_holder->words, "%.40s of %.100s on %.200s, process %ld, `%.40s`, since %.19s UTC", engine_cell(result, 0).text,
                 engine_cell(result, 1).text, ret_holder->host, ret_holder->process_id, engine_cell(result, 5).text, engine_cell(result, 6).text);
    }
    engine_result_close(result);
}

/* The sessions that hold the lock, of this database. */
#define HOLDING                                                                                                         \
    "from pg_locks l join pg_database d on d.oid = l.database where l.locktype = 'advisory' and l.classid = 0 and l.objid = " RUN_LOCK \
    " and l.granted and d.datname = current_database()"

bool ledger_lock_is_held(EngineConnection *connection, bool *ret_held, char ret_holder[LEDGER_HOLDER_SIZE], EngineError *ret_error) {
    int64_t count = 0;
    Holder holder = {0};
    if (engine_is_server(connection) && !engine_query_integer(connection, "select count(*) " HOLDING, &count, ret_error)) return false;
    *ret_held = count > 0;
    if (*ret_held) read_holder(connection, &holder);
    snprintf(ret_holder, LEDGER_HOLDER_SIZE, "%s", holder.words);
    return true;
}

static bool try_session(EngineConnection *connection, bool *ret_taken, EngineError *ret_error) {
    int64_t taken = 0;
    bool ok = engine_query_integer(connection, "select pg_try_advisory_lock(" RUN_LOCK ")::int", &taken, ret_error);
    *ret_taken = taken != 0;
    return ok;
}

/* Ends the session that holds the lock, which the same user may: its process is dead, or out of reach. */
static void end_session(EngineConnection *connection) {
    EngineError ignored; /* whether it helped is seen at the next try */
    engine_execute(connection,
                   "select pg_terminate_backend(l.pid) " HOLDING,
                   NULL, &ignored);
}

bool ledger_lock_session(EngineConnection *connection, char ret_taken_over[LEDGER_HOLDER_SIZE], EngineError *ret_error) {
    enum { TRIES = 20, PAUSE_MICROSECONDS = 50000 };
    char host[256] = "";
    bool taken;
    Holder holder;
    *ret_taken_over = 0;
    if (!engine_is_server(connection)) return true;
    if (!try_session(connection, &taken, ret_error)) return false;
    if (taken) return true;
    gethostname(host, sizeof host - 1);
    read_holder(connection, &holder);
    bool stale = *holder.words && (holder.ran_out || (strcmp(host, holder.host) == 0 && is_dead(holder.process_id, holder.started)));
    if (stale) end_session(connection);
    for (int i = 0; stale && !taken && i < TRIES; i++) {
        usleep(PAUSE_MICROSECONDS);
        if (!try_session(connection, &taken, ret_error)) return false;
    }
    if (taken) {
        snprintf(ret_taken_over, LEDGER_HOLDER_SIZE, "%s", holder.words);
        return true;
    }
    ret_error->fault = ENGINE_FAULT_LOCKED;
    snprintf(ret_error->text, sizeof ret_error->text, "another run is at work in this database%s%s; one can run at a time", *holder.words ? ": " : "",
             holder.words);
    return false;
}

/* ------------------------------------------------------------------------------------------------------------- the row */

static bool make_token(char token[LEDGER_TOKEN_SIZE]) {
    unsigned char bytes[(LEDGER_TOKEN_SIZE - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) return false;
    for (size_t i = 0; i < sizeof bytes; i++) snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

bool ledger_lock_take(EngineConnection *connection, const char *command, LedgerLock *ret_lock, EngineError *ret_error) {
    char host[256] = "", user[256] = "", started[WHEN_SIZE];
    *ret_lock = (LedgerLock){.file = -1};
    gethostname(host, sizeof host - 1);
    find_user(user, sizeof user);
    start_of_process((long)getpid(), started);
    if (!make_token(ret_lock->token)) {
        *ret_error = (EngineError){ENGINE_FAULT_OTHER, "the system gave no random bytes"};
        return false;
    }
    const EngineParameter values[] = {engine_text(ret_lock->token), engine_text(command),    engine_text(user), engine_text(host),
                                      engine_integer(getpid()),     engine_text(started), engine_integer(LEDGER_LEASE_SECONDS)};
    bool ok = engine_begin(connection, ret_error) && engine_execute(connection, "delete from gov.lock", NULL, ret_error) &&
              engine_execute_with(connection,
                                  "insert into gov.lock (token, command, user_name, host_name, process_id, process_started, lease_seconds, taken_at, "
                                  "renewed_at) values ($1, $2, $3, $4, $5, $6, $7, now(), now())",
                                  values, sizeof values / sizeof *values, NULL, ret_error) &&
              engine_commit(connection, ret_error);
    if (ok) return true;
    engine_rollback(connection);
    *ret_lock->token = 0;
    return false;
}

bool ledger_lock_number(EngineConnection *connection, const LedgerLock *lock, int64_t run_id, EngineError *ret_error) {
    const EngineParameter values[] = {engine_text(lock->token), engine_integer(run_id)};
    if (!engine_execute_with(connection, "update gov.lock set run_id = $2 where token = $1", values, 2, NULL, ret_error)) return false;
    if (lock->file < 0) return true;
    char host[256] = "", user[256] = "", words[LEDGER_HOLDER_SIZE], since[32];
    struct tm parts;
    time_t now = time(NULL);
    gethostname(host, sizeof host - 1);
    find_user(user, sizeof user);
    strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", gmtime_r(&now, &parts));
    snprintf(words, sizeof words, "run %lld of %.100s on %.200s, since %s UTC", (long long)run_id, user, host, since);
    lock_file_write(lock->file, words);
    return true;
}

bool ledger_lock_renew(EngineConnection *connection, const LedgerLock *lock, EngineError *ret_error) {
    const EngineParameter token = engine_text(lock->token);
    int64_t rows;
    const char *sql = engine_is_server(connection) ? "update gov.lock set renewed_at = clock_timestamp() where token = $1"
                                                   : "update gov.lock set renewed_at = now() where token = $1";
    if (!engine_execute_with(connection, sql, &token, 1, &rows, ret_error)) return false;
    if (rows == 1) return true;
    Holder holder = {0};
    if (engine_is_server(connection)) read_holder(connection, &holder);
    ret_error->fault = ENGINE_FAULT_LOST;
    snprintf(ret_error->text, sizeof ret_error->text, "the lock of this run was taken over%s%s", *holder.words ? " by " : "", holder.words);
    return false;
}

void ledger_lock_release(EngineConnection *connection, LedgerLock *lock) {
    EngineError ignored; /* a row that stays is of a process that is gone */
    const EngineParameter token = engine_text(lock->token);
    if (connection && *lock->token) engine_execute_with(connection, "delete from gov.lock where token = $1", &token, 1, NULL, &ignored);
    *lock = (LedgerLock){0};
}
