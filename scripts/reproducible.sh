#!/bin/sh
# Shows that the jar is reproducible: builds the last commit twice from nothing, in two places, time zones and languages,
# and compares the bytes. Also shows that the SBOM in the jar names the libraries in it. Tests are neither compiled nor run.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # where, time zone, language
  mkdir -p "$1"
  git archive HEAD | tar -x -C "$1"
  (cd "$1" && TZ=$2 LC_ALL=$3 ./mvnw -B -ntp -q -Dmaven.test.skip=true package) >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}

build "$work/one" Pacific/Auckland C.UTF-8
build "$work/another/place" America/Los_Angeles C

one=$(echo "$work"/one/target/almanac-*.jar)
two=$(echo "$work"/another/place/target/almanac-*.jar)
sha256sum "$one" "$two"
cmp "$one" "$two"
echo "The two jars are the same to the byte."

(cd "$work" && unzip -q -o "$one" 'BOOT-INF/lib/*' META-INF/sbom/application.cdx.json)
# spring-boot-jarmode-tools is no dependency: the repackager adds it by itself
find "$work/BOOT-INF/lib" -name '*.jar' ! -name 'spring-boot-jarmode-tools-*' -exec sha256sum {} + | cut -d ' ' -f 1 | sort -u >"$work/packed"
tr ',{' '\n\n' <"$work/META-INF/sbom/application.cdx.json" | grep -A2 '"alg" *: *"SHA-256"' |
  sed -n 's/.*"content" *: *"\([0-9a-f]*\)".*/\1/p' | sort -u >"$work/named"
if ! comm -23 "$work/packed" "$work/named" | grep -q .; then
  echo "The SBOM names all $(wc -l <"$work/packed") libraries in the jar, by their SHA-256."
else
  echo "Libraries that the SBOM does not name:"
  comm -23 "$work/packed" "$work/named"
  exit 1
fi
