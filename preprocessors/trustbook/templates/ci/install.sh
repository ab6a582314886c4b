#!/usr/bin/env bash
# Installs one released version of trustbook, and nothing that its release does not vouch for:
# its checksum has to be TRUSTBOOK_SHA256, or the GitHub CLI and a token have to verify its attestation.
# usage: install.sh [FOLDER]
# TRUSTBOOK_FROM is a mirror of the release (https://...), or a folder with its archive; one that lacks it keeps it.
set -euo pipefail

version="${TRUSTBOOK_VERSION:-@VERSION@}"
repository="trustbook/trustbook"
folder="${1:-$HOME/.local/bin}"

# The binary for glibc is faster, and needs version 2.35; the other one needs nothing.
libc=musl
if glibc="$(getconf GNU_LIBC_VERSION 2> /dev/null)" &&
  printf '2.35\n%s\n' "${glibc#glibc }" | sort --version-sort --check=quiet; then
  libc=gnu
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target="x86_64-unknown-linux-$libc" ;;
  Linux-aarch64 | Linux-arm64) target="aarch64-unknown-linux-$libc" ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  *)
    echo "there is no binary for $(uname -s) on $(uname -m)" >&2
    exit 1
    ;;
esac

# It goes into an address and a file name.
if [[ ! "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+([.-][0-9A-Za-z.-]+)?$ ]]; then
  echo "TRUSTBOOK_VERSION is no version" >&2
  exit 1
fi

archive="trustbook-$version-$target.tar.gz"
temporary="$(mktemp -d)"
trap 'rm -rf "$temporary"' EXIT

# shasum is what macOS has.
checksum() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

has_token() { command -v gh > /dev/null && [[ -n "${GH_TOKEN:-}" ]]; }

download() {
  curl --fail --silent --show-error --location --proto '=https' --output "$temporary/$archive" "$1/$archive"
}

from="${TRUSTBOOK_FROM:-}"
if [[ "$from" == *://* ]]; then
  download "${from%/}"
elif [[ -n "$from" && -f "$from/$archive" ]]; then
  cp "$from/$archive" "$temporary/$archive"
elif has_token; then
  gh release download "v$version" --repo "$repository" --pattern "$archive" --dir "$temporary"
else
  download "https://github.com/$repository/releases/download/v$version"
fi

if [[ -n "${TRUSTBOOK_SHA256:-}" ]]; then
  if [[ "$(checksum "$temporary/$archive")" != "$TRUSTBOOK_SHA256" ]]; then
    echo "$archive is not what TRUSTBOOK_SHA256 says, and was not installed" >&2
    exit 1
  fi
elif has_token; then
  gh attestation verify "$temporary/$archive" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml" --source-ref "refs/tags/v$version" > /dev/null
else
  echo "set TRUSTBOOK_SHA256 to the checksum of $archive, which the release lists in SHA256SUMS" >&2
  exit 1
fi

if [[ -n "$from" && "$from" != *://* && ! -f "$from/$archive" ]]; then
  mkdir -p "$from"
  cp "$temporary/$archive" "$from/$archive"
fi
mkdir -p "$folder"
# The rest of the archive is for packages of systems.
binary=trustbook
if [[ "$target" == *windows* ]]; then binary=trustbook.exe; fi
tar -xzf "$temporary/$archive" -C "$folder" "$binary"
if [[ -n "${GITHUB_PATH:-}" ]]; then echo "$folder" >> "$GITHUB_PATH"; fi
"$folder/trustbook" --version
