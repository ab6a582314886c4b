#!/usr/bin/env bash
# Writes what is wrong with links as the text of an issue; an empty file where nothing is.
# usage: links.sh REPORT BODY_FILE: REPORT is what `trustbook check --external --merge DIR --format json` has written.
set -euo pipefail

# Messages name addresses that others chose: none of them ends the block that they stand in, or calls anybody.
# A forge takes a text of some length only. All of the report is read, so that nobody writes into a closed pipe.
lines="$(jq --raw-output '
  select(.check | IN("link-broken", "anchor-broken", "link-moved", "link-insecure", "link-unknown"))
  | "\(.level) \(.file):\(.line // 1): \(.message)" | gsub("[\r\n]"; " ")' "$1" | awk '
  { size += length($0) + 1 }
  size <= 60000 { print; next }
  { left++ }
  END { if (left) print "and " left " more, which the report of the run lists" }')"

if [[ -z "$lines" ]]; then
  : > "$2"
else
  {
    printf 'Links of the book that do not lead where they should:\n\n~~~text\n'
    printf '%s\n~~~\n' "$lines"
  } > "$2"
fi
