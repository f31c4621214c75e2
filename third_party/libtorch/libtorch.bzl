"""LibTorch from the pinned wheel, or from $LIBTORCH: a folder with include/ and lib/, as from pip.

With MICA_CUDA=1 (--config=cuda) the CUDA libraries of $LIBTORCH are linked as well. Nothing of CUDA
is ever downloaded.
"""

_REQUIREMENTS = """\
torch==2.11.0 --hash=sha256:7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a
nvidia-cuda-runtime==13.0.96 --hash=sha256:7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
nvidia-cuda-cupti==13.0.85 --hash=sha256:4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8
"""

# pip matches platform tags exactly, so each wheel's own tag is given.
_PLATFORMS = ["manylinux_2_28_x86_64", "manylinux_2_25_x86_64", "manylinux_2_17_x86_64"]

def _run(ctx, what, argv):
    result = ctx.execute(argv, timeout = 3600)
    if result.return_code != 0:
        fail("%s failed (exit %d):\n%s%s" % (what, result.return_code, result.stdout, result.stderr))

def _libtorch_impl(ctx):
    installed = ctx.os.environ.get("LIBTORCH", "")
    cuda = ctx.os.environ.get("MICA_CUDA", "") == "1"
    if cuda and not (installed and ctx.path(installed).get_child("lib").get_child("libtorch_cuda.so").exists):
        fail("--config=cuda needs $LIBTORCH to name a folder with lib/libtorch_cuda.so (found LIBTORCH=%r). " % installed +
             "One way: python3 -m venv V && V/bin/pip install torch==2.11.0, then LIBTORCH=V/lib/python3.*/site-packages/torch, an absolute path.")
    ctx.file("cuda.bzl", "CUDA = %s\n" % cuda)
    ctx.template(
        "BUILD",
        Label("//third_party/libtorch:libtorch.BUILD"),
        {"$TORCH_LIB": str(ctx.path(installed).get_child("lib").realpath) if cuda else ""},
    )
    if installed:
        ctx.symlink(installed + "/lib", "torch/lib")
        for entry in ctx.path(installed + "/include").readdir():
            if entry.basename != "google":  # Protobuf headers of another version than the system's
                ctx.symlink(entry, "torch/include/" + entry.basename)
        # Here pip installs CUDA libraries beside torch.
        nvidia = ctx.path(installed).dirname.get_child("nvidia")
        if nvidia.exists:
            ctx.symlink(nvidia, "nvidia")
        return
    ctx.file("requirements.txt", _REQUIREMENTS)
    _run(ctx, "downloading LibTorch", [
        "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--python-version=3.11", "--implementation=cp", "--abi=cp311", "--requirement=requirements.txt", "--dest=wheels",
    ] + ["--platform=" + p for p in _PLATFORMS])
    _run(ctx, "unpacking LibTorch", ["python3", ctx.path(Label("//third_party/libtorch:unpack_wheels.py")), "wheels", "."])
    ctx.delete("wheels")

libtorch = repository_rule(implementation = _libtorch_impl, environ = ["LIBTORCH", "MICA_CUDA"])
