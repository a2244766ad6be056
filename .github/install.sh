#!/bin/sh
# Installs redrive-execution and sfn-local from a release: downloads the archive for this system, checks it, and puts its files under PREFIX.
#
#   sh install.sh                                    into ~/.local
#   PREFIX=/usr/local VERSION=0.1.0 sh install.sh    elsewhere, and another version than the latest
set -eu

# The project's public address. A release fills it in.
PROJECT_URL=${PROJECT_URL:-}
PREFIX=${PREFIX:-${HOME:?}/.local}
VERSION=${VERSION:-}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

fetch() { # URL FILE
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --output "$2" "$1"
    elif command -v wget >/dev/null; then
        wget -q -O "$2" "$1"
    else
        fail "curl or wget is needed"
    fi || fail "cannot download $1"
}

# Whether the system's C library is glibc 2.17 or later. It does without a command that may be missing in a small system.
has_glibc() {
    version=$(getconf GNU_LIBC_VERSION 2>/dev/null) || return 1
    version=${version#glibc }
    major=${version%%.*} minor=${version#*.}
    [ "$major" -gt 2 ] || [ "${minor%%.*}" -ge 17 ]
}

[ -n "$PROJECT_URL" ] || fail "PROJECT_URL is not set: it is the project's public address"
case $(uname -s)-$(uname -m) in
Linux-x86_64 | Linux-amd64) target=x86_64-unknown-linux ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux ;;
*) fail "there is no archive for $(uname -s) on $(uname -m): build it with cargo install --locked" ;;
esac
if has_glibc; then target=$target-gnu; else target=$target-musl; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
releases=$PROJECT_URL/releases
if [ -n "$VERSION" ]; then releases=$releases/download/v$VERSION; else releases=$releases/latest/download; fi
fetch "$releases/SHA256SUMS" "$work/SHA256SUMS"
archive=$(sed -n "s/^[0-9a-f]*  \(redrive-execution-.*-$target\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
[ -n "$archive" ] || fail "this release has no archive for $target"
fetch "$releases/$archive" "$work/$archive"
grep -F "  $archive" "$work/SHA256SUMS" >"$work/sum"
if command -v sha256sum >/dev/null; then check=sha256sum; else check="shasum -a 256"; fi
(cd "$work" && $check -c sum >/dev/null) || fail "$archive is not what the release says it is"

tar -xzf "$work/$archive" -C "$work"
folder=$work/${archive%.tar.gz}
put() { # FILE FOLDER NAME MODE
    mkdir -p "$PREFIX/$2"
    cp "$folder/$1" "$PREFIX/$2/.$3.new"
    chmod "$4" "$PREFIX/$2/.$3.new"
    mv "$PREFIX/$2/.$3.new" "$PREFIX/$2/$3"
}
put redrive-execution bin redrive-execution 755
put sfn-local bin sfn-local 755
put man/redrive-execution.1 share/man/man1 redrive-execution.1 644
put completions/redrive-execution.bash share/bash-completion/completions redrive-execution 644
put completions/_redrive-execution share/zsh/site-functions _redrive-execution 644
put completions/redrive-execution.fish share/fish/vendor_completions.d redrive-execution.fish 644
echo "installed: $PREFIX/bin/redrive-execution, $("$PREFIX/bin/redrive-execution" --version)"
case :$PATH: in
*":$PREFIX/bin:"*) ;;
*) echo "$PREFIX/bin is not on PATH" ;;
esac
