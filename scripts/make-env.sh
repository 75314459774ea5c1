#!/bin/sh
# Makes .env: .env.example with a new random secret for every variable that is blank and named …_PASSWORD, …_SECRET,
# …_TOKEN or …_KEY, but for those that somebody else makes. Run it again after an upgrade: what stands in .env is kept,
# what is new is added.
set -eu
cd "$(dirname "$0")/.."
umask 077

hexadecimal() { od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n'; }

touch .env
chmod 600 .env
{
  awk 1 .env # unlike cat it ends the last line, so that what is added begins a new one
  while IFS= read -r line; do
    name=${line%%=*}
    case $line in
      [A-Z]*=*) grep -q "^$name=" .env || echo "$line" ;;
      *) [ -s .env ] || echo "$line" ;;
    esac
  done <.env.example
} | while IFS= read -r line; do
  case $line in
    GOOGLE_CLIENT_SECRET= | LEGACY_DATABASE_PASSWORD= | FUSIONAUTH_DOCTOR_KEY=) echo "$line" ;;
    SESSIONS_KEY=) echo "$line$(head -c 32 /dev/urandom | base64)" ;;
    [A-Z]*_PASSWORD= | [A-Z]*_SECRET= | [A-Z]*_TOKEN= | [A-Z]*_KEY=) echo "$line$(hexadecimal)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done >.env.new
mv .env.new .env
echo ".env is ready: every secret that is ours to make is set."
