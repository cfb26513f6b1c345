"""The matrix for people, and for programs that compare one run with another."""
import csv

SIGNS = {"certificate": "{}", "certificate_then_break": "{}!", "empty_certificate": "-", "break_off": "x",
         "not_asked": "n", "nothing": "0"}
LEGEND = """\
A number: so many certificates arrived; with ! the client then broke off. -: an empty Certificate message.
x: the client broke off without one. n: the request did not reach it. 0: it does not load this certificate. Blank: not tried."""


def as_text(matrix):
    clients = sorted({cell.client for cell in matrix.observed})
    rows = {}
    for cell, (wire, certificates) in matrix.observed.items():
        rows.setdefault((cell.credential.label, str(cell.request)), {})[cell.client] = SIGNS[wire].format(certificates)
    width = max(len(f"{credential}  {request}") for credential, request in rows)
    height = max(map(len, clients))
    lines = [LEGEND, ""]
    lines += [" " * width + "  " + "  ".join(name.rjust(height)[at] for name in clients) for at in range(height)]
    for (credential, request), row in rows.items():
        shown = "".join(row.get(name, "").rjust(2) + " " for name in clients)
        lines.append(f"{credential}  {request}".ljust(width) + " " + shown)
    lines.append(f"{len(clients)} clients were run, {len(matrix.absent)} were not.")
    lines += [f"{client} was not run: {why}" for client, why in sorted(matrix.absent.items())]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write(matrix, folder):
    """clients-matrix.txt and .csv."""
    folder.mkdir(exist_ok=True)
    (folder / "clients-matrix.txt").write_text(as_text(matrix))
    with open(folder / "clients-matrix.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["client", "certificate", "configuration", "tls", "request", "wire", "certificates",
                       "predicted_sends", "predicted_wire", "predicted_certificates", "reason"])
        for cell, (wire, count) in matrix.observed.items():
            said = matrix.predicted[cell]
            rows.writerow([cell.client, cell.credential.name, cell.credential.configuration, cell.request.version,
                           cell.request.label, wire, count, said.sends, said.wire, said.certificates, said.reason])
