#!/usr/bin/env bash
# Keeps one open issue of a label and a title: opens it, gives it a new text, or closes it where the text is empty.
# usage: issue.sh LABEL TITLE BODY_FILE [ASSIGNEE]; GH_TOKEN and GH_REPO say who and where.
# Only issues of ISSUE_AUTHOR count, which is the account of GH_TOKEN: that of the token of a run, where it is not set.
set -euo pipefail

label="$1" title="$2" body="$3" assignee="${4:-}"

# Anybody can open an issue with this title.
number="$(gh issue list --label "$label" --state open --limit 500 --json number,title,author |
  jq --raw-output --arg title "$title" --arg author "${ISSUE_AUTHOR:-app/github-actions}" \
    'map(select(.title == $title and .author.login == $author)) | .[0].number // empty')"

if [[ ! -s "$body" ]]; then
  if [[ -n "$number" ]]; then gh issue close "$number" --comment "Nothing of this is left."; fi
  exit 0
fi

if [[ -z "$number" ]]; then
  gh label create "$label" --force --description "Kept up to date by a workflow" > /dev/null
  address="$(gh issue create --title "$title" --label "$label" --body-file "$body")"
  number="${address##*/}"
elif [[ "$(gh issue view "$number" --json body --jq .body)" != "$(cat "$body")" ]]; then
  gh issue edit "$number" --body-file "$body" > /dev/null
fi

# An account that left is no reason to keep quiet about what is due.
if [[ -n "$assignee" ]]; then
  gh issue edit "$number" --add-assignee "$assignee" > /dev/null ||
    echo "issue $number can not be assigned to $assignee" >&2
fi
