#!/usr/bin/env bash
# Writes what is wrong with links as the text of an issue; an empty file where nothing is.
# usage: links.sh REPORT BODY_FILE: REPORT is what `trustbook check --external --merge DIR --format json` has written.
set -euo pipefail

# Messages name addresses that others chose: none of them ends the block that they stand in, or calls anybody.
lines="$(jq --raw-output '
  select(.check | IN("link-broken", "anchor-broken", "link-moved", "link-insecure", "link-unknown"))
  | "\(.level) \(.file):\(.line // 1): \(.message)" | gsub("[\r\n]"; " ")' "$1" | head --bytes 60000)"

if [[ -z "$lines" ]]; then
  : > "$2"
else
  {
    printf 'Links of the book that do not lead where they should:\n\n~~~text\n'
    printf '%s\n~~~\n' "$lines"
  } > "$2"
fi
