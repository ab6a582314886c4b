#!/usr/bin/env bash
# Keeps one issue for each owner of facts that are due, and closes those of owners with nothing left.
# usage: due.sh FILE, which `trustbook facts --due 30d --by-owner` has written; GH_TOKEN and GH_REPO say who and where.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
label="trustbook-due"
temporary="$(mktemp -d)"
trap 'rm -rf "$temporary"' EXIT
touch "$temporary/titles" "$temporary/empty"

while IFS= read -r line; do
  title="$(jq --raw-output .title <<< "$line")"
  handle="$(jq --raw-output '.forge_handle // empty' <<< "$line")"
  jq --raw-output .body <<< "$line" > "$temporary/body.md"
  printf '%s\n' "$title" >> "$temporary/titles"
  bash "$here/issue.sh" "$label" "$title" "$temporary/body.md" "$handle"
done < "$1"

gh issue list --label "$label" --state open --limit 500 --json title,author > "$temporary/listed"
jq --raw-output --arg author "${ISSUE_AUTHOR:-app/github-actions}" \
  '.[] | select(.author.login == $author) | .title | gsub("[\r\n]"; " ")' "$temporary/listed" > "$temporary/open"
while IFS= read -r title; do
  if ! grep --quiet --line-regexp --fixed-strings -e "$title" "$temporary/titles"; then
    bash "$here/issue.sh" "$label" "$title" "$temporary/empty"
  fi
done < "$temporary/open"
