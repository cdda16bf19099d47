#include "compiler/export/export.h"

void export_python_string(const char *text, Buffer *out) {
    buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') buffer_format(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ') buffer_format(out, "\\x%02x", (unsigned char)*text);
        else buffer_char(out, *text);
    }
    buffer_char(out, '"');
}

/* A command is a template of Jinja: braces of a path would be another thing. */
static void put_command(const Exporting *exporting, const GovJob *job, Buffer *out) {
    Buffer command;
    buffer_open(&command, out->arena);
    export_shell_word(arena_format(out->arena, "%s/%s", exporting->programs, job->name), &command);
    buffer_format(&command, " %s -C ", job->only_tests ? "test" : "run");
    export_shell_word(exporting->project, &command);
    buffer_text(&command, " "); /* a command that ends with .sh would be taken for a file */
    buffer_text(out, "\"{% raw %}\" ");
    export_python_string(buffer_string(&command), out);
    buffer_text(out, " \"{% endraw %}\"");
}

static void put_job(const Exporting *exporting, const GovJob *job, Buffer *out) {
    buffer_text(out, "\nwith DAG(\n    dag_id=");
    export_python_string(arena_format(out->arena, "%s.%s", exporting->jobs->project, job->name), out);
    buffer_text(out, ",\n    description=");
    export_python_string(job->does, out);
    buffer_text(out, ",\n    schedule=");
    export_python_string(job->cron ? job->cron : "* * * * *", out);
    buffer_text(out, ",\n    start_date=pendulum.datetime(2020, 1, 1, tz=");
    export_python_string(job->timezone, out);
    buffer_text(out, "),\n    catchup=False,\n    max_active_runs=1,\n    tags=[\"gov\", ");
    export_python_string(exporting->jobs->target, out);
    buffer_format(out, "],\n):\n    BashOperator(\n        task_id=\"%s\",\n        bash_command=", job->only_tests ? "test" : "run");
    put_command(exporting, job, out);
    buffer_format(out, ",\n        retries=%d,\n        retry_delay=timedelta(seconds=30),\n        retry_exponential_backoff=%s,\n", job->retries, job->backoff ? "True" : "False");
    buffer_text(out, "    )\n");
}

void export_airflow(const Exporting *exporting, Buffer *out) {
    buffer_format(out, "# Jobs of %s on target %s, written by `gov export airflow`\nfrom datetime import timedelta\n\nimport pendulum\nfrom airflow import DAG\n\n"
                       "try:\n    from airflow.providers.standard.operators.bash import BashOperator\nexcept ImportError:  # before Airflow 3\n"
                       "    from airflow.operators.bash import BashOperator\n",
                  exporting->jobs->project, exporting->jobs->target);
    for (size_t i = 0; i < exporting->jobs->count; i++) put_job(exporting, &exporting->jobs->items[i], out);
}
