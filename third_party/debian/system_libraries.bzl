"""@system: the libraries of the machine that builds, as system_libraries.py finds them."""

def _system_libraries_impl(ctx):
    result = ctx.execute(["python3", ctx.path(Label("//third_party/debian:system_libraries.py"))])
    if result.return_code != 0:
        fail(result.stderr)

# local: runs again with every new Bazel server, so that an upgrade of the system is noticed.
system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    local = True,
    configure = True,
    environ = ["PATH", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR"],
)
