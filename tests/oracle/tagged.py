"""TPC-H and TPC-DS with people in them: what of a customer is personal, and which keys are opaque."""

import re

import tpc

# Columns with values of a person: names, addresses, phones, birth dates, e-mails.
RAW = {
    "tpch": r"c_(name|address|phone)$",
    "tpcds": r"c_(salutation|first_name|last_name|birth_\w+|login|email_address)$|ca_(street_\w+|suite_number|city|zip)$",
}
# The source and its key, and which columns of others refer to it.
KEYS = {
    "tpch": [("customer", "c_custkey", r"o_custkey$")],
    "tpcds": [("customer", "c_customer_sk", r"\w+_customer_sk$"), ("customer", "c_customer_id", r"$^"),
              ("customer_address", "ca_address_sk", r"(?!ca_)\w+_addr_sk$")],
}  # fmt: skip


def words(suite, table, column):
    """What is added to the declaration of a column."""
    if re.match(RAW[suite], column):
        return " tag personal"
    for parent, key, references in KEYS[suite]:
        if (table, column) == (parent, key):
            return " tag personal as key"
        if re.match(references, column):
            return f" references raw.{parent} ({key}) tag personal as key"
    return ""


def program(database, suite):
    """The project of the whole suite, with tags; a role that is cleared for nothing is granted every query."""
    text, table = tpc.program(database, suite).split("\n"), None
    for number, line in enumerate(text):
        found = re.match(r"source raw\.(\w+) \(", line)
        table = found.group(1) if found else table
        column = re.match(r"  (\w+) (.*?)(,?)$", line) if table else None
        if column and words(suite, table, column.group(1)):
            text[number] = f"  {column.group(1)} {column.group(2)}{words(suite, table, column.group(1))}{column.group(3)}"
        if table and line.startswith(")"):
            text[number], table = line.replace(")", ") otherwise public", 1), None
    queries = re.findall(r"^model (q\.q\d+) as", "\n".join(text), re.M)
    head = "\ntag personal 'Who a customer is';\nrole reader;\nrole counter cleared for personal up to influence;\n"
    return "\n".join(text) + head + "".join(f"grant select on {name} to reader;\ngrant select on {name} to counter;\n" for name in queries), queries
