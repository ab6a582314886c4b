#!/usr/bin/env bash
# Builds the book and publishes it, on any machine that has trustbook; cron can run it each day.
# usage: publish.sh FOLDER          into a folder that a web server serves; files of others in it are kept
#        publish.sh rclone:REMOTE   with rclone, to a bucket or a server that its settings name
#        publish.sh s3://BUCKET     with the AWS CLI
# Nothing is published while the book has an error.
set -euo pipefail

place="${1:?name a folder, rclone:REMOTE or s3://BUCKET}"
book="$(cd "$(dirname "$0")/.." && pwd)"
root="$(git -C "$book" rev-parse --show-toplevel 2> /dev/null || echo "$book")"
temporary="$(mktemp -d)"
trap 'rm -rf "$temporary"' EXIT

trustbook build "$book" --root "$root" --out "$temporary/site"

# Pages go last, so that no page is there before the files that it uses, and nothing is deleted before they are.
case "$place" in
  rclone:*)
    rclone copy --exclude '*.html' "$temporary/site" "${place#rclone:}"
    rclone sync "$temporary/site" "${place#rclone:}"
    ;;
  s3://*)
    aws s3 sync --exclude '*.html' "$temporary/site" "$place"
    aws s3 sync --delete "$temporary/site" "$place"
    ;;
  *)
    trustbook build "$book" --root "$root" --out "$place"
    ;;
esac
