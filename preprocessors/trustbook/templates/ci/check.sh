#!/usr/bin/env bash
# Checks a book, and holds a change only to what is new in it.
# usage: check.sh BOOK [BASE]: BASE is a commit that the clone has; without it, everything counts.
# REPORT, where it is set, is the format of the report; SARIF, where it is set, is a file to write a report to as well.
set -euo pipefail

book="${1:-.}"
base="${2:-}"
report="${REPORT:-human}"
# A book in a repository may include and link to its files.
root="$(git -C "$book" rev-parse --show-toplevel 2> /dev/null || echo "$book")"
arguments=("$book" --root "$root")

temporary="$(mktemp -d)"
clean() {
  git worktree remove --force "$temporary/base" 2> /dev/null || true
  rm -rf "$temporary"
}
trap clean EXIT

if [[ -n "$base" ]]; then
  commit="$(git rev-parse --verify --quiet --end-of-options "$base^{commit}")" || {
    echo "the clone has no commit $base: check out with \`fetch-depth: 2\`, or fetch it" >&2
    exit 2
  }
  git worktree add --quiet --detach "$temporary/base" "$commit"
  inside="$(git -C "$book" rev-parse --show-prefix)"
  if [[ -f "$temporary/base/${inside}book.toml" ]]; then
    # 1 and 2 say that there are errors, and the report lists them all the same.
    status=0
    trustbook check "$temporary/base/$inside" --root "$temporary/base" --format json > "$temporary/base.json" || status=$?
    if ((status > 2)); then exit "$status"; fi
    arguments+=(--baseline "$temporary/base.json")
  fi
fi

if [[ -n "${SARIF:-}" ]]; then
  trustbook check "${arguments[@]}" --format sarif > "$SARIF" 2> /dev/null || true
fi
trustbook check "${arguments[@]}" --format "$report"
