#!/usr/bin/env bash
# Installs one released version of trustbook, and nothing that its release does not vouch for:
# with the GitHub CLI and a token its attestation is verified; elsewhere TRUSTBOOK_SHA256 has to be its checksum.
# usage: install.sh [FOLDER]
set -euo pipefail

version="${TRUSTBOOK_VERSION:-@VERSION@}"
repository="trustbook/trustbook"
folder="${1:-$HOME/.local/bin}"

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
  Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-gnu ;;
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

if command -v gh > /dev/null && [[ -n "${GH_TOKEN:-}" ]]; then
  gh release download "v$version" --repo "$repository" --pattern "$archive" --pattern SHA256SUMS --dir "$temporary"
  expected="$(awk -v name="$archive" '$2 == name { print $1 }' "$temporary/SHA256SUMS")"
  gh attestation verify "$temporary/$archive" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml" --source-ref "refs/tags/v$version" > /dev/null
else
  expected="${TRUSTBOOK_SHA256:?set it to the checksum of $archive, which the release lists in SHA256SUMS}"
  curl --fail --silent --show-error --location --proto '=https' --output "$temporary/$archive" \
    "https://github.com/$repository/releases/download/v$version/$archive"
fi

if [[ -z "$expected" || "$(checksum "$temporary/$archive")" != "$expected" ]]; then
  echo "$archive is not what its checksum says, and was not installed" >&2
  exit 1
fi

mkdir -p "$folder"
tar -xzf "$temporary/$archive" -C "$folder"
if [[ -n "${GITHUB_PATH:-}" ]]; then echo "$folder" >> "$GITHUB_PATH"; fi
"$folder/trustbook" --version
