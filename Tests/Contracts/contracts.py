"""Checks that no response is a 5xx or contradicts its OpenAPI description.

Schemathesis generates the requests: valid, at the boundaries, and invalid ones. `hooks.py` runs in its process. It
resets the workspace before each request, inserts existing ids and checks the response.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
BINARY = ROOT / os.environ.get("INTERCOM_MOCK_BINARY", ".build/release/intercom-mock")
VERSIONS = os.environ.get("VERSIONS", "2.7,2.11,2.14,2.16,Preview").split(",")
EXAMPLES = os.environ.get("EXAMPLES", "2")
OWN = "/_mock"


def start(log):
    command = [BINARY, "--port", "0", "--fixtures", ROOT / "fixtures/default", "--log", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    return process, json.loads(process.stdout.readline())["url"]


def hold(name, location, url, folder, environment):
    """Runs schemathesis on one description; returns the findings and the counts."""
    findings, counts = pathlib.Path(folder, f"{name}.findings"), pathlib.Path(folder, f"{name}.counts")
    command = [
        ROOT / ".venv-contracts/bin/st", "--config-file", HERE / "schemathesis.toml", "run", location, "--url", url,
        "--max-examples", EXAMPLES,
    ]
    environment = {
        **os.environ, **environment, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "CONTRACTS_URL": url,
        "CONTRACTS_FINDINGS": str(findings), "CONTRACTS_COUNTS": str(counts), "PYTHONHASHSEED": "0",
    }
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    if not counts.exists():
        sys.exit(f"contracts: schemathesis did not run on {name}:\n{run.stdout[-3000:]}\n{run.stderr[-3000:]}")
    lines = findings.read_text().splitlines() if findings.exists() else []
    if os.environ.get("VERBOSE"):
        print(run.stdout)
    return [json.loads(line) for line in lines], json.loads(counts.read_text())


def held(name, location, environment, url, folder):
    begin = time.monotonic()
    found, counts = hold(name.strip("/"), location, url, folder, environment)
    return report(name, found, counts, time.monotonic() - begin)


def report(name, found, counts, seconds):
    kinds = collections.defaultdict(list)
    for finding in found:
        kinds[finding["operation"], finding["problem"]].append(finding)
    statuses = ", ".join(f"{number} × {status}" for status, number in sorted(counts["statuses"].items()))
    lines = [
        f"{name}: {counts['operations']} operations, {counts['calls']} calls in {seconds:.0f} s ({statuses}), "
        f"{counts['departures']} known departures, {len(kinds)} findings"]
    for (operation, problem), cases in sorted(kinds.items()):
        lines += [f"  {operation}: {problem} ({len(cases)} times)", f"    {cases[0]['request']}",
                  f"    {cases[0]['answer']}"]
    print("\n".join(lines), flush=True)
    return len(kinds)


def main():
    descriptions = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT.parent / "shared/openapi").resolve()
    yardstick = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ROOT.parent / "shared/conformance").resolve()
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "w+") as log:
        server, url = start(log)
        try:
            wanted = [(OWN, f"{url}/_mock/openapi.json", {})]
            if (yardstick / "spec.py").exists() and any(descriptions.glob("*.yaml")):
                wanted += [(version, descriptions / f"{version}.yaml", {"CONTRACTS_VERSION": version,
                            "CONTRACTS_DESCRIPTIONS": str(descriptions), "CONTRACTS_YARDSTICK": str(yardstick)})
                           for version in VERSIONS]
            else:
                print(f"contracts: official descriptions skipped, not found: {descriptions}/*.yaml or "
                      f"{yardstick}/spec.py")
            only = os.environ.get("ONLY")
            wanted = [one for one in wanted if only in (None, one[0])]
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                total = sum(pool.map(lambda one: held(*one, url, folder), wanted))
        finally:
            server.terminate()
            code = server.wait(10)
        log.seek(0)
        complaints = [line for line in log if '"level":"error"' in line or not line.startswith("{")]
    print(f"the server exited with {code} and {len(complaints)} errors in its log")
    print("".join(complaints[:10]), end="")
    sys.exit(1 if total or code or complaints else 0)


if __name__ == "__main__":
    main()
