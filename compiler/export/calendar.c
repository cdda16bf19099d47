/* Cron times as systemd.time(7) has calendar events: `Mon,Fri *-*-* 6:0,30:00 America/Sao_Paulo`. */
#include "compiler/export/export.h"
#include "runtime/schedule/cron.h"

static void put_numbers(uint64_t bits, int least, int most, Buffer *out) {
    const char *between = "";
    bool all = true;
    for (int i = least; i <= most; i++) all &= bits >> i & 1;
    if (all) buffer_char(out, '*');
    for (int i = least; !all && i <= most; i++) {
        if (!(bits >> i & 1)) continue;
        buffer_format(out, "%s%d", between, i);
        between = ",";
    }
}

static void put_weekdays(uint8_t bits, Buffer *out) {
    static const char *const names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const char *between = "";
    for (int i = 0; i < 7; i++) {
        if (!(bits >> i & 1)) continue;
        buffer_format(out, "%s%s", between, names[i]);
        between = ",";
    }
    buffer_char(out, ' ');
}

static void put_event(const Cron *cron, bool by_weekday, bool by_day, const char *zone, Buffer *out) {
    buffer_text(out, "OnCalendar=");
    if (by_weekday) put_weekdays(cron->weekdays, out);
    buffer_text(out, "*-");
    put_numbers(cron->months, 1, 12, out);
    buffer_char(out, '-');
    put_numbers(by_day ? cron->days : ~(uint64_t)0, 1, 31, out);
    buffer_char(out, ' ');
    put_numbers(cron->hours, 0, 23, out);
    buffer_char(out, ':');
    put_numbers(cron->minutes, 0, 59, out);
    buffer_format(out, ":00 %s\n", zone);
}

void export_calendar(const GovJob *job, Buffer *out) {
    Cron cron;
    if (!cron_parse(job->cron ? job->cron : "* * * * *", &cron, NULL, 0)) return; /* the checks have let it pass */
    bool both = cron.any_day || cron.any_weekday; /* then a day must match both, of which one is `*`, perhaps in steps */
    if (both) put_event(&cron, cron.weekdays != 0x7f, true, job->timezone, out);
    else {
        put_event(&cron, true, false, job->timezone, out);
        put_event(&cron, false, true, job->timezone, out);
    }
}
