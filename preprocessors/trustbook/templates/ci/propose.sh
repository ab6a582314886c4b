#!/usr/bin/env bash
# Opens or updates one pull request that changes one file, through the API, so that no credentials are on the disk.
# usage: propose.sh PATH NEW_FILE BODY_FILE: PATH is of the file in the repository, and the clone is at BASE_BRANCH.
# GH_TOKEN and GH_REPO say who and where, BRANCH and TITLE what is proposed.
set -euo pipefail

path="$1" new="$2" body="$3"
branch="${BRANCH:-trustbook/refresh}"
title="${TITLE:-What live sources say has changed}"
# Anybody can open a pull request from a branch of this name of a fork: only those of this repository are ours.
number="$(gh pr list --head "$branch" --state open --limit 500 --json number,isCrossRepository |
  jq --raw-output 'map(select(.isCrossRepository == false)) | .[0].number // empty')"

if [[ -f "$path" ]] && cmp --silent "$path" "$new"; then
  if [[ -n "$number" ]]; then gh pr close "$number" --comment "The book has all of this."; fi
  exit 0
fi

head="$(git rev-parse HEAD)"
tree="$(git rev-parse 'HEAD^{tree}')"
api() { gh api "repos/$GH_REPO/git/$1" --input - --jq .sha; }

blob="$(base64 --wrap=0 "$new" | jq --raw-input --slurp '{content: ., encoding: "base64"}' | api blobs)"
new_tree="$(jq --null-input --arg base "$tree" --arg path "$(git rev-parse --show-prefix)$path" --arg sha "$blob" \
  '{base_tree: $base, tree: [{path: $path, mode: "100644", type: "blob", sha: $sha}]}' | api trees)"
commit="$(jq --null-input --arg message "$title" --arg tree "$new_tree" --arg parent "$head" \
  '{message: $message, tree: $tree, parents: [$parent]}' | api commits)"

if gh api "repos/$GH_REPO/git/ref/heads/$branch" > /dev/null 2>&1; then
  gh api --method PATCH "repos/$GH_REPO/git/refs/heads/$branch" -f sha="$commit" -F force=true > /dev/null
else
  gh api --method POST "repos/$GH_REPO/git/refs" -f ref="refs/heads/$branch" -f sha="$commit" > /dev/null
fi

if [[ -n "$number" ]]; then
  gh pr edit "$number" --body-file "$body" > /dev/null
else
  gh pr create --head "$branch" --base "$BASE_BRANCH" --title "$title" --body-file "$body"
fi
