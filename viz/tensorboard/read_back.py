"""Lists what TensorBoard itself finds in a folder: each run with its tags of every kind.

  python read_back.py RUNS            by TensorBoard's readers of files
  python read_back.py RUNS --serve    also by its server, as the browser asks it

Needs tensorboard (seen to work with 2.21). No test calls it. `bazel run //viz/tensorboard:write_example --
$PWD/RUNS` writes such a folder. Exits with 1 if the server lacks something that is in the files, or has a
step twice.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

from tensorboard.backend.event_processing import event_accumulator, event_multiplexer
from tensorboard.plugins.hparams import metadata as hparams

# What --serve asks for, and the names of the kinds below.
LISTINGS = {
    "scalars": "/data/plugin/scalars/tags",
    "images": "/data/plugin/images/tags",
    "histograms": "/data/plugin/histograms/tags",
    "text": "/data/plugin/text/tags",
    "pr_curves": "/data/plugin/pr_curves/tags",
    "graph": "/data/plugin/graphs/info",
}


def tags_by_kind(accumulator):
    """Tags of one run; those of tensors by the plugin that they are for."""
    tags = accumulator.Tags()
    kinds = {kind: tags[kind] for kind in ("scalars", "images", "histograms")}
    for tag in tags["tensors"]:
        kinds.setdefault(accumulator.SummaryMetadata(tag).plugin_data.plugin_name, []).append(tag)
    if tags["graph"]:
        kinds["graph"] = [f"{len(accumulator.Graph().node)} nodes"]
    return {kind: sorted(names) for kind, names in kinds.items() if names}


def describe(accumulator, kind, tag):
    """The first and last value of a tag, in a few words."""
    if kind == "scalars":
        points = accumulator.Scalars(tag)
        return f"{len(points)} values, steps {points[0].step} to {points[-1].step}, last {points[-1].value:g}"
    if kind == "images":
        images = accumulator.Images(tag)
        return f"{len(images)} images, last {images[-1].width}x{images[-1].height}, {len(images[-1].encoded_image_string)} bytes"
    if kind == "histograms":
        last = accumulator.Histograms(tag)[-1]
        value = last.histogram_value
        return f"step {last.step}, {value.num:g} values from {value.min:g} to {value.max:g} in {len(value.bucket)} buckets"
    if kind == "graph":
        return ""
    if kind == "hparams":
        content = accumulator.SummaryMetadata(tag).plugin_data.content
        parse = {
            hparams.EXPERIMENT_TAG: hparams.parse_experiment_plugin_data,
            hparams.SESSION_START_INFO_TAG: hparams.parse_session_start_info_plugin_data,
            hparams.SESSION_END_INFO_TAG: hparams.parse_session_end_info_plugin_data,
        }[tag]
        return " ".join(str(parse(content)).split())
    tensors = accumulator.Tensors(tag)
    last = tensors[-1].tensor_proto
    shape = [dim.size for dim in last.tensor_shape.dim]
    words = f", last {last.string_val[0].decode()!r}" if last.string_val else ""
    return f"{len(tensors)} tensors, steps {tensors[0].step} to {tensors[-1].step}, shape {shape}{words}"


def read_files(folder):
    """By run and kind, the tags in the files."""
    everything = {size: 0 for size in event_accumulator.DEFAULT_SIZE_GUIDANCE}
    multiplexer = event_multiplexer.EventMultiplexer(size_guidance=everything).AddRunsFromDirectory(folder).Reload()
    found = {}
    for run in sorted(multiplexer.Runs()):
        accumulator = multiplexer.GetAccumulator(run)
        found[run] = tags_by_kind(accumulator)
        print(f"run {run}")
        for kind, tags in sorted(found[run].items()):
            for tag in tags:
                print(f"  {kind:<11} {tag:<34} {describe(accumulator, kind, tag)}")
    return found


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """TensorBoard's own server over a folder."""

    def __init__(self, folder, load_fast):
        self.address = f"http://127.0.0.1:{free_port()}"
        port = self.address.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--port", port, f"--load_fast={load_fast}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, body=None, patience_s=0):
        """The answer, as soon as it is neither an error nor empty or patience ends."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                data = None if body is None else json.dumps(body).encode()
                request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
                answer = urllib.request.urlopen(request).read()
            except OSError as error:
                answer = None
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{path}: {error}") from error
            if answer not in (None, b"{}", b"[]") or time.monotonic() > deadline:
                return answer
            time.sleep(0.5)


def missing_from_listings(server, found):
    missing = []
    for kind, path in LISTINGS.items():
        if not any(kind in kinds for kinds in found.values()):
            continue
        served = json.loads(server.ask(path, patience_s=60))
        print(f"  {path}: {json.dumps(served)[:300]}")
        for run, kinds in found.items():
            tags = kinds.get(kind, []) if kind != "graph" else ["run_graph"] if "graph" in kinds else []
            listed = json.dumps(served.get(run, {})) if isinstance(served, dict) else ""
            missing += [f"{kind} {run} {tag} is not served" for tag in tags if json.dumps(tag).strip('"') not in listed]
    return missing


def show_steps(server, found):
    """The steps of a scalar in each run, and those that are there twice: a resumed run replaces them."""
    twice = []
    for run, kinds in found.items():
        for tag in kinds.get("scalars", [])[:1]:
            points = json.loads(server.ask("/data/plugin/scalars/scalars?" + urllib.parse.urlencode({"run": run, "tag": tag})))
            steps = [step for _, step, _ in points]
            print(f"  {run} {tag}: steps {steps}, values {[round(value, 4) for *_, value in points]}")
            twice += [f"{run} {tag} twice at step {step}" for step in sorted(set(steps)) if steps.count(step) > 1]
    return twice


def show_hparams(server, found):
    experiment = json.loads(server.ask("/data/plugin/hparams/experiment", {"experimentName": ""}))
    print("  /data/plugin/hparams/experiment:", json.dumps(experiment)[:600])
    metrics = [{"metric": info["name"]} for info in experiment.get("metricInfos", [])]
    columns = [{"hparam": info["name"]} for info in experiment.get("hparamInfos", [])] + metrics
    statuses = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
    body = {"experimentName": "", "allowedStatuses": statuses, "colParams": columns, "startIndex": 0, "sliceSize": 100}
    groups = json.loads(server.ask("/data/plugin/hparams/session_groups", body))
    print("  /data/plugin/hparams/session_groups:", json.dumps(groups)[:900])
    listed = {session["name"] for group in groups.get("sessionGroups", []) for session in group["sessions"]}
    return [f"hparams of {run} are not served" for run, kinds in found.items() if "hparams" in kinds and run not in listed]


def show_embeddings(server):
    runs = json.loads(server.ask("/data/plugin/projector/runs", patience_s=20))
    print("  /data/plugin/projector/runs:", json.dumps(runs))
    for run in runs:
        config = json.loads(server.ask("/data/plugin/projector/info?" + urllib.parse.urlencode({"run": run})))
        for embedding in config["embeddings"]:
            query = urllib.parse.urlencode({"run": run, "name": embedding["tensorName"]})
            tensor = server.ask("/data/plugin/projector/tensor?" + query)
            print(f"  {run}: {json.dumps(embedding)}, {len(tensor)} bytes of vectors")
            if "metadataPath" in embedding:
                print("    metadata", server.ask("/data/plugin/projector/metadata?" + query).decode().split("\n")[:3])
            if "sprite" in embedding:
                print("    sprite", len(server.ask("/data/plugin/projector/sprite_image?" + query)), "bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--serve", action="store_true")
    arguments = parser.parse_args()
    found = read_files(arguments.folder)
    problems = []
    # TensorBoard has two readers behind its server: one in Rust, which is the default, and its own.
    for load_fast in ("true", "false") if arguments.serve else ():
        print(f"server, --load_fast={load_fast}")
        with Server(arguments.folder, load_fast) as server:
            problems += missing_from_listings(server, found)
            problems += show_steps(server, found)
            if any("hparams" in kinds for kinds in found.values()):
                problems += show_hparams(server, found)
            show_embeddings(server)
    for problem in problems:
        print("problem:", problem)
    return 1 if problems or not found else 0


if __name__ == "__main__":
    sys.exit(main())
