#!/usr/bin/env bash
# Writes every vector file of this folder: bash, openssl and coreutils, nothing else.
# README.md says what the files mean. A second run gives the same bytes; the few vectors
# with a salted signature are written only when they are missing.
#
# Inside this script a record is a text with the escapes of the DNS presentation form
# (\" \\ \DDD, decimal), so that it can hold any byte, NUL too.
set -euo pipefail
export LC_ALL=C
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")"
keys=../keys
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A written=()
count=0

die() { echo "generate.sh: $*" >&2; exit 1; }

# ---------------------------------------------------------------- bytes and signatures

# bytes TEXT: the bytes that the text stands for.
bytes() {
  local s=$1
  while [[ $s == *\\* ]]; do
    printf %s "${s%%\\*}"
    s=${s#*\\}
    if [[ $s =~ ^[0-9]{3} ]]; then
      printf "\\x$(printf %02x "$((10#${s:0:3}))")"
      s=${s:3}
    else
      printf %s "${s:0:1}"
      s=${s:1}
    fi
  done
  printf %s "$s"
}

# length TEXT: how many bytes.
length() {
  if [[ $1 == *\\* ]]; then bytes "$1" | wc -c; else echo "${#1}"; fi
}

# sign KEY [MODE]: the signature of standard input, base64 in one line.
sign() {
  local key=$keys/$1.private.pem mode=${2:-pkcs1}
  case $mode in
  pkcs1) openssl dgst -sha256 -sign "$key" ;;
  pkcs1-*) openssl dgst "-${mode#pkcs1-}" -sign "$key" ;;
  pss-mgf1-sha1) openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:0 -sigopt rsa_mgf1_md:sha1 -sign "$key" ;;
  pss-*) openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt "rsa_pss_saltlen:${mode#pss-}" -sign "$key" ;;
  undigested) openssl pkeyutl -sign -inkey "$key" -pkeyopt rsa_padding_mode:pkcs1 ;;
  raw) openssl pkeyutl -decrypt -inkey "$key" -pkeyopt rsa_padding_mode:none ;; # the bare private operation
  *) die "no such way to sign: $mode" ;;
  esac | base64 -w0
}

# without TAG BODY: the body without every pair of that tag.
without() {
  local s=";$2;" before after
  while [[ $s == *";$1="* ]]; do
    before=${s%%";$1="*}
    after=${s#*";$1="}
    s="$before;${after#*;}"
  done
  s=${s#;}
  printf %s "${s%;}"
}

# ---------------------------------------------------------------- sets

# pair BODY1 BODY2 SIGNATURE [FIRST]: sets P1 and P2. FIRST is how many characters of the
# signature stand in part 1; without it part 1 is filled to 240 and, if part 2 would be
# longer than 254 then, holds what part 2 cannot.
pair() {
  local head1="$1;n=2;p=1;bh=" head2="$2;n=2;p=2;bh=" first=${4:-} least
  if [[ -z $first ]]; then
    first=$((240 - $(length "$head1")))
    least=$((${#3} - (254 - $(length "$head2"))))
    ((first >= least)) || first=$least
  fi
  H1=${3:0:first} H2=${3:first}
  P1=$head1$H1 P2=$head2$H2
}

# signed BODY [KEY] [FIRST]: a set signed under the scheme prefix, d in part 1 only.
# Sets P1, P2, SIG and the halves H1, H2.
signed() {
  SIG=$(bytes "$1;" | sign "${2:-test-a}")
  pair "$1" "$(without d "$1")" "$SIG" "${3:-}"
}

# scheme_bytes SCHEME BODY: the bytes that this scheme signs.
scheme_bytes() {
  local reading=${1%%+*} modifiers="+${1#*+}+" body=$2 field out=
  [[ $1 == *+* ]] || modifiers=+
  [[ $modifiers != *+nok+* ]] || body=$(without k "$body")
  [[ $modifiers != *+nod+* ]] || body=$(without d "$body")
  case $reading in
  prefix) out="$body;" ;;
  trimmed) out=$body ;;
  values | values-semicolon)
    local -a fields
    IFS=';' read -ra fields <<<"$body"
    for field in "${fields[@]}"; do
      [[ $reading == values || -z $out ]] || out+=';'
      out+=${field#*=}
    done
    ;;
  *) die "no such scheme: $1" ;;
  esac
  if [[ $modifiers == *+twice+* ]]; then
    printf %s "$out" | openssl dgst -sha256 -binary
  else
    printf %s "$out"
  fi
}

# schemed SCHEME BODY [SALT]: a set signed under that scheme. PSS without a salt unless one is asked for.
schemed() {
  local mode=pkcs1
  [[ "$1+" != *+pss+* ]] || mode=pss-${3:-0}
  SIG=$(scheme_bytes "$1" "$2" | sign test-a "$mode")
  pair "$2" "$(without d "$2")" "$SIG"
}

# cut TEXT AT: the record as two character-strings.
cut() { printf '"%s" "%s"' "${1:0:$2}" "${1:$2}"; }

# name LENGTH: a domain name of that length.
name() {
  local left=$(($1 - 12)) out=
  while ((left > 63)); do
    out+=$(printf 'a%.0s' {1..40}).
    left=$((left - 41))
  done
  out+=$(printf "%${left}s" '' | tr ' ' b)
  printf %s "$out.example.com"
}

# ---------------------------------------------------------------- files

# vector NAME EXPECT [pub=KEY]... [at=N] [domain=D] [scheme=S] [state=ZIA/ZPA] [canon=no]
#        [by=openssl] [keep=yes] c=COMMENT -- RECORD...
# A record that begins with a quote is taken as it is, in presentation form.
vector() {
  local file=$1.txt expect=$2 public=() at=1800003600 domain= scheme= state= canon= by= keep= comment=
  local verdict exit record string
  shift 2
  while [[ $1 != -- ]]; do
    case $1 in
    pub=*) public+=("${1#*=}") ;;
    at=*) at=${1#*=} ;;
    domain=*) domain=${1#*=} ;;
    scheme=*) scheme=${1#*=} ;;
    state=*) state=${1#*=} ;;
    canon=no) canon=no ;;
    by=openssl) by=openssl ;;
    keep=yes) keep=yes ;;
    c=*) comment=${1#*=} ;;
    *) die "$file: what is $1" ;;
    esac
    shift
  done
  shift
  [[ $file =~ ^[a-z0-9]+(-[a-z0-9]+)*\.txt$ ]] || die "$file: not kebab-case"
  [[ -z ${written[$file]:-} ]] || die "$file: written twice"
  [[ -n $comment && $comment != *[^\ -~]* ]] || die "$file: comment missing or not ASCII"
  written[$file]=yes
  count=$((count + 1))

  case $expect in
  valid | scheduled | expired) verdict=valid exit=0 ;;
  unchecked) verdict=unchecked exit=1 ;;
  unsigned) verdict=unsigned exit=1 ;;
  syntax | incomplete | mismatch | bad-signature) verdict=invalid exit=1 ;;
  conflict) verdict=conflict exit=1 ;;
  none | foreign) verdict=none exit=3 ;;
  *) die "$file: no such expectation: $expect" ;;
  esac
  case $verdict in
  invalid | conflict) [[ -z $state ]] || die "$file: state given"; state=undetermined/undetermined ;;
  none) [[ -z $state ]] || die "$file: state given"; state=none/none ;;
  *) [[ -n $state ]] || die "$file: state missing" ;;
  esac
  [[ -z $keep || ! -e $file ]] || return 0

  {
    echo "expect: $expect"
    for key in "${public[@]}"; do
      if [[ $key == *.pem ]]; then echo "public: $key"; else echo "public: $key.public.pem"; fi
    done
    [[ -z $scheme ]] || echo "scheme: $scheme"
    echo "at: $at"
    [[ -z $domain ]] || echo "domain: $domain"
    echo "state: zia=${state%/*} zpa=${state#*/}"
    echo "verdict: $verdict"
    echo "exit: $exit"
    [[ -z $canon ]] || echo "canonical: no"
    [[ -z $by ]] || echo "signed-by: openssl"
    echo "comment: $comment"
    echo
    for record in "$@"; do
      if [[ $record == '"'* ]]; then
        printf '%s\n' "$record"
      else
        (($(length "$record") <= 255)) || die "$file: a character-string of $(length "$record") bytes"
        if [[ -z $record || $record == *\\* || $record == ' '* || $record == *' ' ]]; then
          printf '"%s"\n' "$record"
        else
          printf '%s\n' "$record"
        fi
      fi
    done
  } >"$work/$file"
  [[ -z $(tr -d '\n -~' <"$work/$file") ]] || die "$file: not printable ASCII"
  cat "$work/$file" >"$file"
}

# What most vectors share.
GEN=(pub=test-a by=openssl)
W='t=1800000000;x=1800028800'

# ---------------------------------------------------------------- valid: what a set can say

state_of() { # TYPE STATE
  case $1 in all) echo "$2/$2" ;; zia) echo "$2/none" ;; zpa) echo "none/$2" ;; esac
}

for type in all zia zpa; do
  for status in on off test; do
    signed "v=1;k=$type;b=$status;$W"
    vector "valid-$type-$status" valid "${GEN[@]}" state="$(state_of $type $status)" \
      c="k=$type, b=$status, in its window" -- "$P1" "$P2"
  done
done
signed 'v=1;k=all;b=off'
vector valid-all-off-standing valid "${GEN[@]}" state=off/off c='the standing off record: no start, no end' -- "$P1" "$P2"
signed 'v=1;k=all;b=on'
vector valid-all-on-no-window valid "${GEN[@]}" state=on/on c='no start and no end: acts as soon as it can be looked up' -- "$P1" "$P2"
vector valid-all-on-no-window-at-zero valid "${GEN[@]}" at=0 state=on/on c='the instant 0 is an instant like any other' -- "$P1" "$P2"
signed "v=1;k=all;b=on;m=fo;$W"
vector valid-on-all-fail-open valid "${GEN[@]}" state=on/on c='m=fo' -- "$P1" "$P2"
signed "v=1;k=all;b=on;m=fc;$W"
vector valid-on-all-fail-close valid "${GEN[@]}" state=on/on c='m=fc' -- "$P1" "$P2"
signed "v=1;k=zpa;b=on;m=fo;$W"
vector valid-on-zpa-fail-open valid "${GEN[@]}" state=none/on c='m is allowed with any type' -- "$P1" "$P2"
signed "v=1;k=zia;b=test;d=dr.example.com;m=fc;$W"
vector valid-all-tags valid "${GEN[@]}" domain=dr.example.com state=test/none c='every tag of the table in its order' -- "$P1" "$P2"
signed "v=1;k=all;b=on;m=wf;$W"
vector valid-m-outside-table valid "${GEN[@]}" canon=no state=on/on c='m=wf stands in a published example: accepted, not canonical' -- "$P1" "$P2"
signed "v=1;b=on;$W"
vector valid-k-absent-on valid "${GEN[@]}" canon=no state=undetermined/undetermined c='k absent: valid, both states undetermined' -- "$P1" "$P2"
signed 'v=1;b=off'
vector valid-k-absent-off valid "${GEN[@]}" canon=no state=undetermined/undetermined c='k absent and off' -- "$P1" "$P2"

# Keys.
signed "v=1;k=all;b=on;$W"
vector valid-key-second-of-two-fits valid pub=test-b pub=test-a by=openssl state=on/on c='two keys, the second one fits' -- "$P1" "$P2"
vector valid-key-first-of-two-fits valid pub=test-a pub=test-b by=openssl state=on/on c='two keys, the first one fits' -- "$P1" "$P2"
vector valid-key-given-twice valid pub=test-a pub=test-a by=openssl state=on/on c='the same key twice does no harm' -- "$P1" "$P2"
vector valid-key-pkcs1-public valid pub=test-a.pkcs1-public.pem by=openssl state=on/on c='the key as RSA PUBLIC KEY (PKCS #1)' -- "$P1" "$P2"
vector valid-scheme-prefix-named valid "${GEN[@]}" scheme=prefix state=on/on c='the default scheme by its name' -- "$P1" "$P2"
vector valid-order-part-2-first valid "${GEN[@]}" state=on/on c='the DNS has no order: part 2 first' -- "$P2" "$P1"
signed "v=1;k=all;b=on;$W" test-b
vector valid-key-b valid pub=test-b by=openssl state=on/on c='a set of the other key' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;t=1800000000;x=1800029597'
[[ $(base64 -d <<<"$SIG" | od -An -v -tx1) == ' 00'* ]] || die 'the keys are new: look for an x whose signature begins with a zero byte'
vector valid-signature-leading-zero-byte valid "${GEN[@]}" state=on/on c='a signature whose first byte is zero still has 256 bytes' -- "$P1" "$P2"
short=$(base64 -d <<<"$SIG" | tail -c 255 | base64 -w0)
pair 'v=1;k=all;b=on;t=1800000000;x=1800029597' 'v=1;k=all;b=on;t=1800000000;x=1800029597' "$short"
vector base64-joined-255-bytes-leading-zero-cut syntax "${GEN[@]}" c='the same signature without its leading zero byte: 340 characters' -- "$P1" "$P2"

# Character-strings as DNS presentation form shows them.
signed "v=1;k=all;b=on;$W"
vector valid-quoted-one-string valid "${GEN[@]}" state=on/on c='one quoted string is the value itself' -- "\"$P1\"" "\"$P2\""
vector valid-quoted-escaped valid "${GEN[@]}" state=on/on c='escapes of the presentation form that stand for plain characters' -- "\"\\118${P1:1}\"" "\"${P2:0:3}\\059${P2:4}\""
vector valid-strings-two-in-part-1 valid "${GEN[@]}" canon=no state=on/on c='two character-strings in part 1, joined without a space' -- "$(cut "$P1" 100)" "$P2"
vector valid-strings-two-in-both valid "${GEN[@]}" canon=no state=on/on c='two character-strings in both parts' -- "$(cut "$P1" 200)" "$(cut "$P2" 2)"
vector valid-strings-three valid "${GEN[@]}" canon=no state=on/on c='three character-strings, one cut within a tag' -- "\"v\" \"${P1:1:98}\" \"${P1:99}\"" "$P2"
vector valid-strings-empty-last valid "${GEN[@]}" canon=no state=on/on c='an empty second character-string' -- "\"$P1\" \"\"" "$P2"

# Splits.
B="v=1;k=all;b=on;$W"
for first in 170 160 171 172 173 174 180; do
  signed "$B" test-a $first
  vector "valid-split-$first-$((344 - first))" valid "${GEN[@]}" canon=no state=on/on c='another split than ours: join first, then decode' -- "$P1" "$P2"
done
signed 'v=1;k=all;b=off' test-a 117
vector valid-split-part-2-of-255 valid "${GEN[@]}" canon=no state=off/off c='part 2 has 255 bytes: the limit of DNS' -- "$P1" "$P2"
signed 'v=1;k=all;b=off' test-a 118
vector valid-split-part-2-of-254 valid "${GEN[@]}" canon=no state=off/off c='part 2 filled instead of part 1' -- "$P1" "$P2"
signed 'v=1;k=all;b=off' test-a 227
vector valid-split-part-1-of-255 valid "${GEN[@]}" canon=no state=off/off c='part 1 has 255 bytes' -- "$P1" "$P2"
signed "$B" test-a 1
vector valid-split-1-343 valid "${GEN[@]}" canon=no state=on/on c='one character in part 1; part 2 needs two character-strings' -- "$P1" "$(cut "$P2" 255)"
signed "$B" test-a 343
vector valid-split-343-1 valid "${GEN[@]}" canon=no state=on/on c='the two padding characters on both sides of the split' -- "$(cut "$P1" 255)" "$P2"
signed "$B" test-a 342
vector valid-split-342-2 valid "${GEN[@]}" canon=no state=on/on c='part 2 carries the padding alone' -- "$(cut "$P1" 255)" "$P2"

# The domain in d.
B="v=1;k=all;b=on;d=dr.example.com;$W"
signed "$B"
vector valid-d-matches-domain valid "${GEN[@]}" domain=dr.example.com state=on/on c='d in part 1 only, the set stands there' -- "$P1" "$P2"
vector valid-d-domain-unknown valid "${GEN[@]}" state=on/on c='d, and the name the set stands at is not known' -- "$P1" "$P2"
vector valid-d-domain-final-dot valid "${GEN[@]}" domain=dr.example.com. state=on/on c='the final dot of the name does not count' -- "$P1" "$P2"
vector valid-d-domain-upper-case valid "${GEN[@]}" domain=DR.Example.COM state=on/on c='the case of the name does not count' -- "$P1" "$P2"
vector valid-d-part-2-first valid "${GEN[@]}" domain=dr.example.com state=on/on c='d in part 1, part 2 first' -- "$P2" "$P1"
vector mismatch-d-other-domain mismatch "${GEN[@]}" domain=dr.example.net c='a genuine set of another domain' -- "$P1" "$P2"
vector mismatch-d-parent-domain mismatch "${GEN[@]}" domain=example.com c='d is below the name' -- "$P1" "$P2"
vector mismatch-d-child-domain mismatch "${GEN[@]}" domain=a.dr.example.com c='d is above the name' -- "$P1" "$P2"
vector mismatch-d-name-begins-alike mismatch "${GEN[@]}" domain=dr.example.com.example.net c='the name begins with d' -- "$P1" "$P2"
vector mismatch-d-name-ends-alike mismatch "${GEN[@]}" domain=xdr.example.com c='the name ends with d' -- "$P1" "$P2"
vector mismatch-d-other-domain-no-key mismatch by=openssl domain=dr.example.net c='d is compared without a key too' -- "$P1" "$P2"
pair "$B" "$B" "$SIG"
vector valid-d-in-both-parts valid "${GEN[@]}" canon=no domain=dr.example.com state=on/on c='d may be missing in part 2, it need not; we write it in part 1 alone' -- "$P1" "$P2"
signed "v=1;k=all;b=on;d=dr.example.com.;$W"
vector valid-d-final-dot valid "${GEN[@]}" canon=no domain=dr.example.com state=on/on c='final dot in d' -- "$P1" "$P2"
signed "v=1;k=all;b=on;d=DR.Example.com;$W"
vector valid-d-upper-case valid "${GEN[@]}" canon=no domain=dr.example.com state=on/on c='upper case in d' -- "$P1" "$P2"
vector mismatch-d-upper-case-other-domain mismatch "${GEN[@]}" domain=dr.example.net c='upper case in d, another domain' -- "$P1" "$P2"
signed "v=1;k=all;b=on;d=DR.EXAMPLE.COM.;$W"
vector valid-d-upper-case-final-dot valid "${GEN[@]}" canon=no domain=dr.example.com. state=on/on c='upper case and final dot in d' -- "$P1" "$P2"
signed "v=1;k=all;b=on;d=xn--dr-xka.example.com;$W"
vector valid-d-a-label valid "${GEN[@]}" domain=xn--dr-xka.example.com state=on/on c='an A-label in d' -- "$P1" "$P2"
for size in 29 30 43; do
  signed "v=1;k=all;b=test;d=$(name $size);m=fo;$W"
  vector "valid-d-of-$size-all-tags" valid "${GEN[@]}" domain="$(name $size)" state=test/test c="a d of $size characters beside all tags: parts of $(length "$P1") and $(length "$P2")" -- "$P1" "$P2"
done
for size in 91 92 105 107; do
  signed "v=1;k=all;b=off;d=$(name $size)"
  vector "valid-d-of-$size-off" valid "${GEN[@]}" domain="$(name $size)" state=off/off c="a d of $size characters in a short record: parts of $(length "$P1") and $(length "$P2")" -- "$P1" "$P2"
done

# Order before n.
signed "v=1;b=on;k=all;$W"
vector valid-order-b-before-k valid "${GEN[@]}" canon=no state=on/on c='another order before n' -- "$P1" "$P2"
signed 'b=on;x=1800028800;t=1800000000;m=fo;k=all;v=1'
vector valid-order-reversed valid "${GEN[@]}" canon=no state=on/on c='v last' -- "$P1" "$P2"
signed "v=1;d=pse.example.com;b=on;$W"
vector valid-2022-shape valid "${GEN[@]}" canon=no domain=pse.example.com state=undetermined/undetermined c='the shape of the published sample of 2022: d right after v, k absent' -- "$P1" "$P2"
vector valid-2022-shape-permuted valid "${GEN[@]}" canon=no state=undetermined/undetermined c='the same, part 2 first, the name not known' -- "$P2" "$P1"
signed "v=1;d=pse.example.com;k=zpa;b=on;$W"
vector valid-2022-shape-with-k valid "${GEN[@]}" canon=no domain=pse.example.com state=none/on c='d right after v, k present' -- "$P1" "$P2"

# Integers that are fine.
signed 'v=1;k=all;b=on;t=0'
vector valid-t-0 valid "${GEN[@]}" state=on/on c='t=0 is an integer without a leading zero' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;t=0;x=0'
vector valid-t-0-x-0 valid "${GEN[@]}" at=0 state=on/on c='a window of one second at the epoch' -- "$P1" "$P2"
vector expired-x-0 expired "${GEN[@]}" at=1 state=expired/expired c='x=0 is an end, not an absent one' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;t=1800000000;x=253402300799'
vector valid-x-end-of-9999 valid "${GEN[@]}" state=on/on c='the last second of the year 9999' -- "$P1" "$P2"
vector valid-x-end-of-9999-at-it valid "${GEN[@]}" at=253402300799 state=on/on c='judged at that second' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;x=4294967296'
vector valid-x-over-32-bits valid "${GEN[@]}" at=2147483648 state=on/on c='an end and an instant that do not fit 32 bits' -- "$P1" "$P2"

# ---------------------------------------------------------------- the instants

window() { # PREFIX BODY TYPE STATUS
  signed "$2"
  vector "$1-before-start" scheduled "${GEN[@]}" at=1799999999 state="$(state_of $3 scheduled)" c='one second before t' -- "$P1" "$P2"
  vector "$1-at-start" valid "${GEN[@]}" at=1800000000 state="$(state_of $3 $4)" c='t is inclusive' -- "$P1" "$P2"
  vector "$1-at-end" valid "${GEN[@]}" at=1800028800 state="$(state_of $3 $4)" c='x is inclusive' -- "$P1" "$P2"
  vector "$1-after-end" expired "${GEN[@]}" at=1800028801 state="$(state_of $3 expired)" c='one second after x' -- "$P1" "$P2"
}
window window-all-on "v=1;k=all;b=on;$W" all on
window window-zia-test "v=1;k=zia;b=test;$W" zia test
window window-zpa-off "v=1;k=zpa;b=off;$W" zpa off
window window-all-on-d "v=1;k=all;b=on;d=dr.example.com;m=fc;$W" all on
vector window-long-before scheduled "${GEN[@]}" at=0 state=scheduled/scheduled c='the instant 0' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;t=1800000000;x=1800000000'
vector window-t-equals-x-before scheduled "${GEN[@]}" at=1799999999 state=scheduled/scheduled c='t=x, one second before' -- "$P1" "$P2"
vector window-t-equals-x valid "${GEN[@]}" at=1800000000 state=on/on c='t=x is a window of one second' -- "$P1" "$P2"
vector window-t-equals-x-after expired "${GEN[@]}" at=1800000001 state=expired/expired c='t=x, one second after' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;t=1800000000'
vector window-start-only-before scheduled "${GEN[@]}" at=1799999999 state=scheduled/scheduled c='a start without an end, before' -- "$P1" "$P2"
vector window-start-only-for-ever valid "${GEN[@]}" at=253402300799 state=on/on c='a start without an end never expires' -- "$P1" "$P2"
signed 'v=1;k=all;b=on;x=1800028800'
vector window-end-only valid "${GEN[@]}" at=0 state=on/on c='an end without a start is in force from ever' -- "$P1" "$P2"
vector window-end-only-after expired "${GEN[@]}" at=1800028801 state=expired/expired c='an end without a start, after it' -- "$P1" "$P2"

# ---------------------------------------------------------------- no key

signed "v=1;k=all;b=on;m=fo;$W"
vector unchecked-all-on unchecked by=openssl state=on/on c='a genuine set, no key given' -- "$P1" "$P2"
vector unchecked-before-start unchecked by=openssl at=1799999999 state=scheduled/scheduled c='unchecked and before its start' -- "$P1" "$P2"
vector unchecked-after-end unchecked by=openssl at=1800028801 state=expired/expired c='unchecked and after its end' -- "$P1" "$P2"
vector unchecked-with-foreign unchecked by=openssl state=on/on c='unchecked beside a foreign record' -- 'v=spf1 -all' "$P1" "$P2"
signed "v=1;k=zia;b=off;d=dr.example.com"
vector unchecked-zia-off-d unchecked by=openssl domain=dr.example.com state=off/none c='unchecked, d matches' -- "$P1" "$P2"
zeros=$(head -c 256 /dev/zero | base64 -w0)
pair "v=1;k=all;b=on;$W" "v=1;k=all;b=on;$W" "$zeros"
vector unchecked-zero-signature unchecked state=on/on c='without a key nobody can tell a made-up signature' -- "$P1" "$P2"

# The published sample.
S1='v=1;d=pse.zpa.customer.com;b=on;t=1652153049;x=16521539999;n=2;p=1;bh=TukwDQXnOEqC+HJ0T3MubNs0h6nZHa0QoQpHaOy3wSgKAMnEif7RZZM/ANJ3sMXApph1pRD76WG6FDpIA0LPKV8Z66AP048eog31fXl8UIi5XEqUOHSbc1dK1Artu1PNtJkqQ1mA5VkfAMgaGN3MYTeUkF7KAljyBxquSp9W2+'
S2='v=1;b=on;t=1652153049;x=16521539999;n=2;p=2;bh=QyvM59ZYPm/6czwOUR8dOUhiIPEo9+DJvp1uT4myWhDLJblyRaeVXUveE5HzTIba1DReRucylysTIMF1f0JpnD6Y1AD2QLFNgO90jtgfMvRCb7dmbXPWC2ABeKAKTKDXrFWRizXa3N6lozH+eOYvYPcrkDMMxrRVG2J3k3m21EJQ=='
U=undetermined/undetermined
vector published-2022-sample unchecked at=1652153050 canon=no state=$U c='the published sample: parses, joins, decodes; its key is not published' -- "$S1" "$S2"
vector published-2022-sample-permuted unchecked at=1652153050 canon=no state=$U c='the published sample, part 2 first' -- "$S2" "$S1"
vector published-2022-sample-today unchecked at=1800003600 canon=no state=$U c='its end has eleven digits: in the year 2493' -- "$S1" "$S2"
vector published-2022-sample-at-its-name unchecked at=1652153050 canon=no domain=pse.zpa.customer.com state=$U c='the published sample at its name' -- "$S1" "$S2"
vector published-2022-sample-other-domain mismatch at=1652153050 domain=dr.example.com c='the published sample at another name' -- "$S1" "$S2"
vector published-2022-sample-other-key bad-signature pub=test-a at=1652153050 c='the published sample under a key that is not its own' -- "$S1" "$S2"
vector published-2022-sample-part-1-alone incomplete at=1652153050 c='part 1 of the published sample alone' -- "$S1"
vector published-2022-sample-part-2-alone incomplete at=1652153050 c='part 2 of the published sample alone' -- "$S2"

# ---------------------------------------------------------------- unsigned

un() { # NAME STATE COMMENT RECORD [option...]
  local n=$1 s=$2 c=$3 r=$4
  shift 4
  vector "unsigned-$n" unsigned state="$s" c="$c" "$@" -- "$r"
}
for type in all zia zpa; do
  for status in on off test; do
    un "$type-$status" "$(state_of $type $status)" "well-formed, k=$type, b=$status" "v=1;k=$type;b=$status"
  done
done
un published-zpa-on-fail-open none/on 'a published example' 'v=1;k=zpa;b=on;m=fo'
un published-all-off-d off/off 'a published example' 'v=1;k=all;b=off;d=dr.example.com' domain=dr.example.com
un m-outside-table on/on 'm=wf is in one published example' 'v=1;k=all;b=on;m=wf' canon=no
un all-tags test/none 'every tag up to x' "v=1;k=zia;b=test;d=dr.example.com;m=fc;$W" domain=dr.example.com
un beside-key on/on 'an unsigned record is never valid, with a key neither' 'v=1;k=all;b=on' pub=test-a
un k-absent $U 'k absent' 'v=1;b=on' canon=no
un order on/on 'another order' "b=on;k=all;v=1;x=1800028800;t=1800000000" canon=no
un trailing-semicolon on/on 'a trailing semicolon' 'v=1;k=all;b=on;' canon=no
un unknown-tag on/on 'an unknown tag in an unsigned record' 'v=1;k=all;b=on;z=1' canon=no
un unknown-tag-first on/on 'an unknown tag before v' 'z=1;v=1;k=all;b=on' canon=no
un unknown-tag-ends-in-n on/on 'xn is not n' 'v=1;k=all;b=on;xn=2' canon=no
un unknown-tag-ends-in-bh on/on 'xbh is not bh' 'v=1;k=all;b=on;xbh=1' canon=no
un d-upper-case on/on 'upper case in d' 'v=1;k=all;b=on;d=DR.example.com' canon=no domain=dr.example.com
un d-final-dot on/on 'final dot in d' 'v=1;k=all;b=on;d=dr.example.com.' canon=no domain=dr.example.com
un d-domain-unknown on/on 'd, the name not known' 'v=1;k=all;b=on;d=dr.example.com'
un of-254-bytes on/on 'the longest that we write' "v=1;k=all;b=on;d=$(name 237)" domain="$(name 237)"
un of-255-bytes on/on 'one byte more: accepted, not canonical' "v=1;k=all;b=on;d=$(name 238)" domain="$(name 238)" canon=no
un strings-two on/on 'two character-strings are joined' '"v=1;k=all" ";b=on"' canon=no
un strings-cut-in-value on/on 'two character-strings, cut within a value' '"v=1;k=all;b=o" "n"' canon=no
un quoted on/on 'the presentation form of one string' '"v=1;k=all;b=on"'
un before-start scheduled/scheduled 'one second before t' "v=1;k=all;b=on;$W" at=1799999999
un at-start on/on 't is inclusive' "v=1;k=all;b=on;$W" at=1800000000
un at-end on/on 'x is inclusive' "v=1;k=all;b=on;$W" at=1800028800
un after-end expired/expired 'one second after x' "v=1;k=all;b=on;$W" at=1800028801
un zpa-after-end none/expired 'one second after x, one product' "v=1;k=zpa;b=on;$W" at=1800028801
un t-0 on/on 't=0' 'v=1;k=all;b=on;t=0'
un x-end-of-9999 on/on 'the last second of the year 9999' 'v=1;k=all;b=on;x=253402300799'
vector unsigned-with-foreign unsigned state=on/on c='an unsigned record beside foreign ones' -- 'v=spf1 -all' 'v=1;k=all;b=on' 'google-site-verification=0123456789abcdef'
vector mismatch-unsigned-d-other-domain mismatch domain=dr.example.net c='an unsigned record whose d is another name' -- 'v=1;k=all;b=off;d=dr.example.com'
vector mismatch-unsigned-d-upper-case-final-dot mismatch domain=dr.example.net c='an unsigned record, upper case and final dot, another name' -- 'v=1;k=all;b=off;d=DR.example.COM.'
un quoted-escaped on/on 'escapes that stand for plain characters' '"v=1\059k=all\059b=on"'

# ---------------------------------------------------------------- faults in what is signed
# Each fault alone: once as an unsigned record, once in a set whose signature is genuine for
# the faulty text (d in part 1 only), so that nothing but the rule refuses it.

fault() { # NAME BODY COMMENT
  vector "syntax-unsigned-$1" syntax c="$3" -- "$2"
  signed_fault "$@"
}
signed_fault() {
  signed "$2"
  vector "syntax-signed-body-$1" syntax "${GEN[@]}" c="$3; the signature holds" -- "$P1" "$P2"
}

fault v-2 'v=2;k=all;b=on' 'v other than 1'
fault v-0 'v=0;k=all;b=on' 'v other than 1'
fault v-10 'v=10;k=all;b=on' 'v begins with 1'
fault v-01 'v=01;k=all;b=on' 'v with a leading zero'
fault v-1-0 'v=1.0;k=all;b=on' 'v with a fraction'
fault v-word 'v=one;k=all;b=on' 'v as a word'
fault v-empty 'v=;k=all;b=on' 'v empty'
fault v-missing 'k=all;b=on' 'v missing'
fault v-tag-upper-case 'V=1;k=all;b=on' 'the tag v in upper case'
fault b-missing 'v=1;k=all' 'b missing'
fault b-empty 'v=1;k=all;b=' 'b empty'
fault b-upper-case 'v=1;k=all;b=ON' 'b in upper case'
fault b-title-case 'v=1;k=all;b=Off' 'b in mixed case'
fault b-onn 'v=1;k=all;b=onn' 'b begins with on'
fault b-o 'v=1;k=all;b=o' 'b is cut'
fault b-standby 'v=1;k=all;b=standby' 'b not in the table'
fault b-1 'v=1;k=all;b=1' 'b not in the table'
fault b-on-equals-on 'v=1;k=all;b=on=on' 'two equals signs'
fault b-tag-upper-case 'v=1;k=all;B=on' 'the tag b in upper case'
fault k-upper-case 'v=1;k=ZIA;b=on' 'k in upper case'
fault k-both 'v=1;k=both;b=on' 'k not in the table'
fault k-list 'v=1;k=zia,zpa;b=on' 'k as a list'
fault k-zi 'v=1;k=zi;b=on' 'k is cut'
fault k-empty 'v=1;k=;b=on' 'k empty'
fault k-tag-upper-case 'v=1;K=all;b=on' 'the tag k in upper case'
fault m-upper-case 'v=1;k=all;b=on;m=FO' 'm in upper case'
fault m-title-case 'v=1;k=all;b=on;m=Fc' 'm in mixed case'
fault m-empty 'v=1;k=all;b=on;m=' 'm empty'
fault m-tag-upper-case 'v=1;k=all;b=on;M=fo' 'the tag m in upper case'
fault d-empty 'v=1;k=all;b=on;d=' 'd empty'
fault d-tag-upper-case 'v=1;k=all;b=on;D=dr.example.com' 'the tag d in upper case'
fault d-space 'v=1;k=all;b=on;d=dr .example.com' 'a space within d'
fault d-utf8 'v=1;k=all;b=on;d=d\195\188r.example.com' 'UTF-8 within d'
for tag in t x; do
  fault "$tag-plus" "v=1;k=all;b=on;$tag=+1" "$tag with a plus sign"
  fault "$tag-minus" "v=1;k=all;b=on;$tag=-1" "$tag with a minus sign"
  fault "$tag-minus-0" "v=1;k=all;b=on;$tag=-0" "$tag with a minus sign"
  fault "$tag-leading-zero" "v=1;k=all;b=on;$tag=01" "$tag with a leading zero"
  fault "$tag-00" "v=1;k=all;b=on;$tag=00" "$tag with a leading zero"
  fault "$tag-fraction" "v=1;k=all;b=on;$tag=1.5" "$tag with a fraction"
  fault "$tag-exponent" "v=1;k=all;b=on;$tag=1e9" "$tag with an exponent"
  fault "$tag-hexadecimal" "v=1;k=all;b=on;$tag=0x6b49d200" "$tag in hexadecimal"
  fault "$tag-underscore" "v=1;k=all;b=on;$tag=1_800_000_000" "$tag with underscores"
  fault "$tag-year-10000" "v=1;k=all;b=on;$tag=253402300800" "$tag one second beyond the year 9999"
  fault "$tag-20-digits" "v=1;k=all;b=on;$tag=99999999999999999999" "$tag with 20 digits"
  fault "$tag-wraps-64-bits" "v=1;k=all;b=on;$tag=18446744075509551616" "$tag would be 1800000000 in 64 bits that wrap"
  fault "$tag-empty" "v=1;k=all;b=on;$tag=" "$tag empty"
  fault "$tag-word" "v=1;k=all;b=on;$tag=now" "$tag as a word"
  fault "$tag-rfc3339" "v=1;k=all;b=on;$tag=2027-01-15T08:00:00Z" "$tag as a date"
done
fault t-tag-upper-case 'v=1;k=all;b=on;T=1800000000' 'the tag t in upper case'
fault x-tag-upper-case 'v=1;k=all;b=on;X=1800028800' 'the tag x in upper case'
fault t-after-x 'v=1;k=all;b=on;t=1800028800;x=1800000000' 't after x'
fault t-one-after-x 'v=1;k=all;b=on;t=1800003601;x=1800003600' 't one second after x'
fault twice-v 'v=1;v=1;k=all;b=on' 'v twice'
fault twice-k 'v=1;k=all;k=all;b=on' 'k twice'
fault twice-k-other 'v=1;k=zia;k=zpa;b=on' 'k twice, two values'
fault twice-b 'v=1;k=all;b=on;b=on' 'b twice'
fault twice-b-other 'v=1;k=all;b=on;b=off' 'b twice, two values'
fault twice-d 'v=1;k=all;b=on;d=dr.example.com;d=dr.example.com' 'd twice'
fault twice-m 'v=1;k=all;b=on;m=fo;m=fo' 'm twice'
fault twice-m-other 'v=1;k=all;b=on;m=fo;m=fc' 'm twice, two values'
fault twice-t "v=1;k=all;b=on;t=1800000000;$W" 't twice'
fault twice-x "v=1;k=all;b=on;$W;x=1900000000" 'x twice, two values'
fault twice-b-apart 'b=on;v=1;k=all;m=fo;b=off' 'b twice, far apart'
fault space-after-semicolon 'v=1; k=all; b=on' 'spaces after the semicolons'
fault space-before-semicolon 'v=1 ;k=all;b=on' 'a space before a semicolon'
fault space-before-equals 'v=1;k =all;b=on' 'a space before an equals sign'
fault space-after-equals 'v=1;k=all;b= on' 'a space after an equals sign'
fault space-leading ' v=1;k=all;b=on' 'a leading space'
fault space-trailing 'v=1;k=all;b=on ' 'a space at the end of the last value'
fault tab 'v=1;k=all;\009b=on' 'a tab'
fault nul 'v=1;k=all;b=on\000' 'a NUL at the end of a value'
fault nul-in-value 'v=1;k=all;b=o\000n' 'a NUL within a value'
fault esc 'v=1;k=all;b=on\027[2J' 'ESC: never to reach a terminal raw'
fault newline 'v=1;k=all;b=on\010' 'a newline at the end of a value'
fault newline-in-text 'v=1;k=all;\010b=on' 'a newline within the text'
fault cr 'v=1;k=all;b=on\013' 'a carriage return'
fault crlf 'v=1;k=all;b=on\013\010' 'CR LF'
fault del 'v=1;k=all;b=on\127' 'DEL is a control character'
fault byte-255 'v=1;k=all;b=on\255' 'a byte that is not ASCII'
fault byte-128 'v=1;k=all;b=on\128' 'the first byte that is not ASCII'
fault utf8 'v=1;k=all;b=on\195\169' 'UTF-8'
fault no-break-space 'v=1;k=all;\194\160b=on' 'a no-break space'
fault full-width 'v=1;k=all;b=\239\189\143n' 'a full-width letter'
fault zero-width-space 'v=1;k=all;b=on\226\128\139' 'a zero-width space'
fault byte-order-mark '\239\187\191v=1;k=all;b=on' 'a leading byte order mark'
fault empty-pair 'v=1;;k=all;b=on' 'nothing between two semicolons'
fault leading-semicolon ';v=1;k=all;b=on' 'a leading semicolon'
fault pair-without-equals 'v=1;k=all;on;b=on' 'no equals sign'
fault pair-without-tag 'v=1;k=all;=1;b=on' 'no tag'
fault commas 'v=1,k=all,b=on' 'commas instead of semicolons'
fault colons 'v:1;k:all;b=on' 'colons instead of equals signs'
fault backslashes 'v=1\\;k=all\\;b=on' 'backslashes that a DNS console left in the value'
fault quoted-twice '\"v=1;k=all;b=on\"' 'quotes within the value'
fault single-quotes "'v=1;k=all;b=on'" 'single quotes within the value'

# Accepted in an unsigned record, refused in a signed set.
signed_fault unknown-tag 'v=1;k=all;b=on;z=1' 'an unknown tag'
signed_fault unknown-tag-first 'z=1;v=1;k=all;b=on' 'an unknown tag before v'
signed_fault unknown-tag-ends-in-n 'v=1;k=all;b=on;xn=2' 'an unknown tag'
signed_fault unknown-tag-a 'v=1;k=all;b=on;a=rsa-sha256' 'an unknown tag as DKIM has it'
signed_fault empty-pair-at-end 'v=1;k=all;b=on;' 'two semicolons before n'

# Damage that is seen in the wild, unsigned.
s() { vector "syntax-unsigned-$1" syntax c="$2" -- "$3"; }
s v-alone 'v=1 alone is ours and invalid, not absent' 'v=1'
s v-upper-alone 'V=1 alone' 'V=1'
s v-semicolon-alone 'v=1 and a semicolon' 'v=1;'
s v-spaces-alone 'v = 1, the spaces taken away, is ours' 'v = 1'
s v-quoted-alone 'v=1 in quotes' '\"v=1\"'
s v-2-alone 'v=2 alone is ours' 'v=2'
s v-11-prose 'begins with v= and a digit' 'v=11 of the zone'
s v-bom-alone 'a byte order mark before v=1' '\239\187\191v=1'
s b-alone 'a pair whose tag is b is ours' 'b=on'
s b-upper-alone 'a pair whose tag is B is ours' 'B=ON'
s b-second-pair 'a=1;b=2 has a pair whose tag is b' 'a=1;b=2'
s bh-alone 'a pair whose tag is bh is ours' 'bh=AAAA'
s upper-case 'V=1;B=on' 'V=1;B=on'
s upper-case-all 'all of it in upper case' 'V=1;K=ALL;B=ON'
s two-trailing-semicolons 'one trailing semicolon is accepted, two are an empty pair' 'v=1;k=all;b=on;;'
s trailing-semicolon-space 'a space behind the trailing semicolon' 'v=1;k=all;b=on; '
s unknown-tag-upper-case 'an unknown tag in upper case' 'v=1;k=all;b=on;Z=1'
s unknown-tag-empty 'an unknown tag without a value' 'v=1;k=all;b=on;z='
s unknown-tag-twice 'an unknown tag twice' 'v=1;k=all;b=on;z=1;z=2'
s strings-joined-with-space 'a second character-string that begins with a space' '"v=1;k=all;" " b=on"'
s strings-both-whole 'two whole records as two strings of one record' '"v=1;k=all;b=on" "v=1;k=all;b=on"'
s console-command 'prose around a record' 'set v=1;k=all;b=on;'
s n-only 'n without p and bh' 'v=1;k=all;b=on;n=2'
s p-only 'p without n and bh' 'v=1;k=all;b=on;p=1'
s bh-only 'bh without n and p' 'v=1;k=all;b=on;bh=AAAA'
s n-p-only 'n and p without bh' 'v=1;k=all;b=on;n=2;p=1'
s n-bh-only 'n and bh without p' 'v=1;k=all;b=on;n=2;bh=AAAA'
s p-bh-only 'p and bh without n' 'v=1;k=all;b=on;p=1;bh=AAAA'
vector syntax-unsigned-beside-key syntax pub=test-a c='a key does not change what is refused' -- 'v=1;k=all;b=ON'
vector syntax-unsigned-with-foreign syntax c='a damaged record beside a foreign one' -- 'v=spf1 -all' 'v=1; k=all; b=on'
signed "v=1;k=all;b=on;$W"
vector syntax-beside-valid syntax "${GEN[@]}" c='a damaged record of ours spoils the set' -- "$P1" "$P2" 'v=1'
vector syntax-beside-valid-first syntax "${GEN[@]}" c='the damaged record first' -- 'V=1;B=on' "$P1" "$P2"
vector syntax-beside-unchecked syntax by=openssl c='the same without a key' -- "$P1" "$P2" 'v=1; k=all; b=off'
vector syntax-beside-unsigned syntax c='an unsigned record beside a damaged one' -- 'v=1;k=all;b=on' 'v=1;k=all;b='

# ---------------------------------------------------------------- faults in n, p and bh

C="v=1;k=all;b=on;$W"
signed "$C"
t1() { vector "syntax-signed-tail-$1" syntax "${GEN[@]}" c="$2" -- "$3" "$4"; }
both() { # NAME COMMENT TAIL1 TAIL2: what stands behind the signed text
  t1 "$1" "$2" "$C;$3" "$C;$4"
}
both n-1 'n=1' "n=1;p=1;bh=$H1" "n=1;p=2;bh=$H2"
both n-3 'n=3' "n=3;p=1;bh=$H1" "n=3;p=2;bh=$H2"
both n-0 'n=0' "n=0;p=1;bh=$H1" "n=0;p=2;bh=$H2"
both n-02 'n with a leading zero' "n=02;p=1;bh=$H1" "n=02;p=2;bh=$H2"
both n-plus 'n with a sign' "n=+2;p=1;bh=$H1" "n=+2;p=2;bh=$H2"
both n-fraction 'n with a fraction' "n=2.0;p=1;bh=$H1" "n=2.0;p=2;bh=$H2"
both n-word 'n as a word' "n=two;p=1;bh=$H1" "n=two;p=2;bh=$H2"
both n-empty 'n empty' "n=;p=1;bh=$H1" "n=;p=2;bh=$H2"
both n-missing 'n missing' "p=1;bh=$H1" "p=2;bh=$H2"
both n-missing-in-part-2 'n missing in part 2' "n=2;p=1;bh=$H1" "p=2;bh=$H2"
both n-3-in-part-2 'n=3 in part 2' "n=2;p=1;bh=$H1" "n=3;p=2;bh=$H2"
both n-twice 'n twice' "n=2;n=2;p=1;bh=$H1" "n=2;n=2;p=2;bh=$H2"
both n-upper-case 'the tag n in upper case' "N=2;p=1;bh=$H1" "N=2;p=2;bh=$H2"
both p-0 'p=0 and p=1' "n=2;p=0;bh=$H1" "n=2;p=1;bh=$H2"
both p-3 'p=3 beside p=1' "n=2;p=1;bh=$H1" "n=2;p=3;bh=$H2"
both p-01 'p with a leading zero' "n=2;p=01;bh=$H1" "n=2;p=02;bh=$H2"
both p-plus 'p with a sign' "n=2;p=+1;bh=$H1" "n=2;p=2;bh=$H2"
both p-minus 'p with a sign' "n=2;p=1;bh=$H1" "n=2;p=-2;bh=$H2"
both p-wraps-32-bits 'p would be 2 in 32 bits that wrap' "n=2;p=1;bh=$H1" "n=2;p=4294967298;bh=$H2"
both p-wraps-64-bits 'p would be 2 in 64 bits that wrap' "n=2;p=1;bh=$H1" "n=2;p=18446744073709551618;bh=$H2"
both p-empty 'p empty' "n=2;p=;bh=$H1" "n=2;p=2;bh=$H2"
both p-word 'p as a word' "n=2;p=one;bh=$H1" "n=2;p=two;bh=$H2"
both p-missing 'p missing' "n=2;bh=$H1" "n=2;bh=$H2"
both p-missing-in-part-2 'p missing in part 2' "n=2;p=1;bh=$H1" "n=2;bh=$H2"
both p-twice 'p twice' "n=2;p=1;p=1;bh=$H1" "n=2;p=2;p=2;bh=$H2"
both p-twice-other 'p twice, two values' "n=2;p=1;p=2;bh=$H1" "n=2;p=2;bh=$H2"
both p-upper-case 'the tag p in upper case' "n=2;P=1;bh=$H1" "n=2;P=2;bh=$H2"
both bh-upper-case 'the tag bh in upper case' "n=2;p=1;BH=$H1" "n=2;p=2;BH=$H2"
both bh-missing 'bh missing' "n=2;p=1" "n=2;p=2"
both bh-missing-in-part-2 'bh missing in part 2' "n=2;p=1;bh=$H1" "n=2;p=2"
both bh-empty-in-part-1 'bh empty in part 1' "n=2;p=1;bh=" "n=2;p=2;bh=${SIG:200}"
both bh-empty-in-part-2 'bh empty in part 2' "n=2;p=1;bh=$H1" "n=2;p=2;bh="
both bh-twice 'a second bh behind bh' "n=2;p=1;bh=$H1;bh=AAAA" "n=2;p=2;bh=${H2};bh=AAAA"
both order-p-n-bh 'p before n' "p=1;n=2;bh=$H1" "p=2;n=2;bh=$H2"
both order-p-n-bh-in-part-2 'p before n in part 2' "n=2;p=1;bh=$H1" "p=2;n=2;bh=$H2"
both order-n-bh-p 'bh before p' "n=2;bh=$H1;p=1" "n=2;bh=$H2;p=2"
both order-bh-n-p 'bh before n' "bh=$H1;n=2;p=1" "bh=$H2;n=2;p=2"
t1 order-n-p-bh-first 'n, p, bh before the tags they sign' "n=2;p=1;bh=$H1;$C" "n=2;p=2;bh=$H2;$C"
t1 order-n-p-before-body 'n and p before the tags, bh last' "n=2;p=1;$C;bh=$H1" "n=2;p=2;$C;bh=$H2"
behind() { # NAME COMMENT BYTES
  both "behind-bh-$1-in-part-1" "$2 behind bh in part 1" "n=2;p=1;bh=$H1$3" "n=2;p=2;bh=$H2"
  both "behind-bh-$1-in-part-2" "$2 behind bh in part 2" "n=2;p=1;bh=$H1" "n=2;p=2;bh=$H2$3"
  both "behind-bh-$1-in-both" "$2 behind bh in both parts" "n=2;p=1;bh=$H1$3" "n=2;p=2;bh=$H2$3"
}
behind semicolon 'a semicolon' ';'
behind space 'a space' ' '
behind unknown-tag 'an unknown tag' ';z=1'
behind newline 'a newline' '\010'
behind nul 'a NUL' '\000'
both behind-bh-tab 'a tab behind bh' "n=2;p=1;bh=$H1" "n=2;p=2;bh=$H2\\009"
both behind-bh-cr 'a carriage return behind bh' "n=2;p=1;bh=$H1\\013" "n=2;p=2;bh=$H2"
both behind-bh-byte-255 'a byte that is not ASCII behind bh' "n=2;p=1;bh=$H1" "n=2;p=2;bh=$H2\\255"
both behind-bh-n 'a second n behind bh' "n=2;p=1;bh=$H1;n=2" "n=2;p=2;bh=$H2"
both behind-bh-p 'a second p behind bh' "n=2;p=1;bh=$H1;p=2" "n=2;p=2;bh=$H2"
both between-empty-pair 'nothing between two semicolons behind n' "n=2;;p=1;bh=$H1" "n=2;;p=2;bh=$H2"
both between-unknown-tag 'an unknown tag between p and bh' "n=2;p=1;z=1;bh=$H1" "n=2;p=2;z=1;bh=$H2"
both space-before-bh 'a space before bh' "n=2;p=1; bh=$H1" "n=2;p=2; bh=$H2"
both space-after-bh-equals 'a space before the signature' "n=2;p=1;bh= $H1" "n=2;p=2;bh=$H2"
t1 quoted-twice 'quotes within the values' "\\\"$P1\\\"" "\\\"$P2\\\""
t1 backslashes 'a backslash before a semicolon of part 2' "$P1" "${P2%%;*}\\\\;${P2#*;}"
t1 byte-order-mark-in-part-1 'a byte order mark that was not signed' "\\239\\187\\191$P1" "$P2"
t1 leading-space-in-part-2 'a leading space in part 2' "$P1" " $P2"
vector syntax-signed-tail-trailing-semicolon-no-key syntax by=openssl c='refused without a key too' -- "$P1;" "$P2;"
vector syntax-signed-tail-one-record-n-1 syntax "${GEN[@]}" c='a whole signature in one record, n=1, two character-strings' -- "$(cut "$C;n=1;p=1;bh=$SIG" 255)"
vector syntax-signed-tail-one-record-n-2 syntax "${GEN[@]}" c='both parts as two character-strings of one record' -- "\"$P1\" \"$P2\""

# ---------------------------------------------------------------- base64

C="v=1;k=all;b=on;m=fo;$W"
signed "$C"
b64() { # NAME COMMENT H1 H2
  vector "base64-$1" syntax "${GEN[@]}" c="$2" -- "$C;n=2;p=1;bh=$3" "$C;n=2;p=2;bh=$4"
}
[[ $H1 == *[+/]* && $H2 == *[+/]* ]] || die 'the keys are new: take another window, both halves need a + or /'
urlsafe() { tr '+/' '-_' <<<"$1"; }
b64 url-safe 'the URL-safe alphabet' "$(urlsafe "$H1")" "$(urlsafe "$H2")"
b64 url-safe-part-1 'the URL-safe alphabet in part 1' "$(urlsafe "$H1")" "$H2"
b64 url-safe-part-2 'the URL-safe alphabet in part 2' "$H1" "$(urlsafe "$H2")"
b64 padding-missing '342 characters: the padding is missing' "$H1" "${H2%==}"
b64 padding-one-missing '343 characters: one padding character' "$H1" "${H2%=}"
b64 padding-three '345 characters: three padding characters' "$H1" "$H2="
b64 padding-six '348 characters: the padding twice and more' "$H1" "$H2===="
printf %s "$SIG" | base64 -d >"$work/signature"
b64 padding-at-end-of-part-1 'padding at the end of part 1: each part encoded for itself' "$(head -c 128 "$work/signature" | base64 -w0)" "$(tail -c 128 "$work/signature" | base64 -w0)"
b64 padding-in-the-middle 'an equals sign within part 1' "${H1:0:80}=${H1:81}" "$H2"
b64 padding-leading 'an equals sign before part 2' "$H1" "=${H2:1}"
b64 padding-moved 'one padding character in part 1 instead of the end' "$H1=" "${H2%=}"
last=${SIG:341:1}
[[ $last == [AQgw] ]] || die 'the last character of a signature of 256 bytes'
for bits in 1 2 15; do
  alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
  before=${alphabet%%"$last"*}
  b64 "padding-bits-$bits" "the bits under the padding are $bits, not 0: the same 256 bytes otherwise" "$H1" "${H2%???}${alphabet:${#before}+bits:1}=="
done
b64 character-missing-at-end-of-part-1 '343 characters: part 1 lost its last one' "${H1%?}" "$H2"
b64 character-missing-at-start-of-part-2 '343 characters: part 2 lost its first one' "$H1" "${H2:1}"
b64 character-too-many '345 characters' "${H1}A" "$H2"
b64 four-characters-too-many '348 characters that decode' "AAAA$H1" "$H2"
b64 halves-swapped 'the halves under the other part number: padding in the middle' "$H2" "$H1"
signed "$C" test-a 172
b64 part-1-twice 'the first half in both parts: 344 characters without padding, 258 bytes' "$H1" "$H1"
b64 part-2-twice 'the second half in both parts: padding in the middle' "$H2" "$H2"
signed "$C"
resized() { # BYTES: the signature cut or lengthened to so many bytes
  { printf %s "$SIG" | base64 -d; printf '\1\2\3\4'; } >"$work/long"
  head -c "$1" "$work/long" | base64 -w0
}
for size in 128 254 255 257 258 259; do
  long=$(resized $size)
  b64 "joined-$size-bytes" "$size bytes are ${#long} characters" "${long:0:${#long}/2}" "${long:${#long}/2}"
done
front=$({ printf '\0'; printf %s "$SIG" | base64 -d; } | base64 -w0)
b64 joined-257-bytes-leading-zero 'the signature with a zero byte before it: the same number, 344 characters' "${front:0:180}" "${front:180}"
in1() { b64 "$1-in-part-1" "$2 within bh of part 1" "${H1:0:76}$3${H1:76}" "$H2"; }
in2() { b64 "$1-in-part-2" "$2 within bh of part 2" "$H1" "${H2:0:76}$3${H2:76}"; }
in1 lf 'LF (some decoders skip it)' '\010'
in2 lf 'LF (some decoders skip it)' '\010'
in1 cr 'CR (some decoders skip it)' '\013'
in1 crlf 'CR LF (some decoders skip it)' '\013\010'
in2 crlf 'CR LF (some decoders skip it)' '\013\010'
in1 space 'a space' ' '
in2 space 'a space' ' '
in1 tab 'a tab' '\009'
in1 nul 'a NUL' '\000'
in2 esc 'ESC' '\027'
in1 byte-255 'a byte that is not ASCII' '\255'
in2 utf8 'UTF-8' '\195\169'
in1 byte-order-mark 'a byte order mark' '\239\187\191'
in1 backslash 'a backslash' '\\'
in2 quote 'a quote' '\"'
in1 star 'a star' '*'
in2 dot 'a full stop' .
b64 lf-for-a-character 'LF instead of a character: 344 bytes, 343 that count' "${H1:0:76}\\010${H1:77}" "$H2"
b64 crlf-for-two-characters 'CR LF instead of two characters' "$H1" "${H2:0:76}\\013\\010${H2:78}"
b64 star-for-a-character 'a star instead of a character' "${H1:0:76}*${H1:77}" "$H2"
b64 dash-for-a-character 'a dash instead of a character' "${H1:0:76}-${H1:77}" "$H2"
b64 percent-encoded 'a percent-encoded character' "${H1:0:76}%2B${H1:79}" "$H2"
hex=$(printf %s "$SIG" | base64 -d | od -An -v -tx1 | tr -d ' \n')
b64 hexadecimal '344 hexadecimal digits: no padding' "${hex:0:172}" "${hex:340}"
vector base64-padding-bits-no-key syntax by=openssl c='non-canonical padding bits are refused without a key too' -- "$C;n=2;p=1;bh=$H1" "$C;n=2;p=2;bh=${H2%???}${alphabet:${#before}+1:1}=="
vector base64-lf-no-key syntax by=openssl c='LF within bh is refused without a key too' -- "$C;n=2;p=1;bh=${H1:0:76}\\010${H1:76}" "$C;n=2;p=2;bh=$H2"
vector base64-padding-missing-no-key syntax by=openssl c='missing padding is refused without a key too' -- "$C;n=2;p=1;bh=$H1" "$C;n=2;p=2;bh=${H2%==}"
vector base64-string-boundary valid "${GEN[@]}" canon=no state=on/on c='a boundary of character-strings within bh is not a character' -- "$(cut "$P1" 150)" "$P2"

# ---------------------------------------------------------------- riding along unsigned
# A genuine set of few tags; something is put in after signing.

R='v=1;k=all;b=on'
signed "$R" test-a 170
ride() { # TAG=VALUE
  local add=$1 tag=${1%%=*} place where one two expect comment
  for place in after-bh between-n-and-p between-p-and-bh before-n; do
    for where in part-1 part-2 both; do
      one=$P1 two=$P2
      case $place in
      after-bh) one="$P1;$add" two="$P2;$add" comment="$add behind bh" ;;
      between-n-and-p) one="$R;n=2;$add;p=1;bh=$H1" two="$R;n=2;$add;p=2;bh=$H2" comment="$add between n and p" ;;
      between-p-and-bh) one="$R;n=2;p=1;$add;bh=$H1" two="$R;n=2;p=2;$add;bh=$H2" comment="$add between p and bh" ;;
      before-n) one="$R;$add;n=2;p=1;bh=$H1" two="$R;$add;n=2;p=2;bh=$H2" comment="$add before n, put in after signing" ;;
      esac
      case $where in part-1) two=$P2 ;; part-2) one=$P1 ;; esac
      expect=syntax
      if [[ $place == before-n && $tag != b ]]; then
        case $where in
        part-1) if [[ $tag == d ]]; then expect=bad-signature; else expect=mismatch; fi ;;
        part-2) expect=mismatch ;;
        both) expect=bad-signature ;;
        esac
      fi
      vector "ride-along-$tag-$place-$where" $expect "${GEN[@]}" domain=dr.example.com c="$comment, in ${where/-/ }" -- "$one" "$two"
    done
  done
}
for add in m=fc t=1700000000 x=1900000000 d=dr.example.com b=off; do ride "$add"; done

vector ride-along-m-after-bh-both-no-key syntax by=openssl c='refused without a key too' -- "$P1;m=fc" "$P2;m=fc"
vector ride-along-m-between-n-and-p-both-no-key syntax by=openssl c='refused without a key too' -- "$R;n=2;m=fc;p=1;bh=$H1" "$R;n=2;m=fc;p=2;bh=$H2"
vector ride-along-m-before-n-part-2-no-key mismatch by=openssl c='the parts differ: seen without a key too' -- "$P1" "$R;m=fc;n=2;p=2;bh=$H2"
vector ride-along-m-before-n-both-no-key unchecked by=openssl canon=no state=on/on c='without a key nobody can tell that m was put in' -- "$R;m=fc;n=2;p=1;bh=$H1" "$R;m=fc;n=2;p=2;bh=$H2"
vector ride-along-d-before-n-part-2-no-key mismatch by=openssl domain=dr.example.com c='d in part 2 alone, no key' -- "$P1" "$R;d=dr.example.com;n=2;p=2;bh=$H2"
vector ride-along-m-first-both bad-signature "${GEN[@]}" c='m put in right after v' -- "v=1;m=fc${P1#v=1}" "v=1;m=fc${P2#v=1}"
vector ride-along-m-before-v-both bad-signature "${GEN[@]}" c='m put in before v' -- "m=fc;$P1" "m=fc;$P2"
vector ride-along-m-t-x-after-bh-both syntax "${GEN[@]}" c='several tags behind bh' -- "$P1;m=fc;t=0;x=1900000000" "$P2;m=fc;t=0;x=1900000000"
vector ride-along-m-between-and-after-both syntax "${GEN[@]}" c='m between n and bh, and behind bh' -- "$R;n=2;m=fc;p=1;bh=$H1;m=fc" "$R;n=2;m=fc;p=2;bh=$H2;m=fc"
vector ride-along-m-split-over-parts syntax "${GEN[@]}" c='m before n in part 1, behind bh in part 2' -- "$R;m=fc;n=2;p=1;bh=$H1" "$P2;m=fc"
vector ride-along-unknown-before-n-part-2 syntax "${GEN[@]}" c='an unknown tag put into part 2 after signing' -- "$P1" "$R;z=1;n=2;p=2;bh=$H2"
vector ride-along-k-removed-both bad-signature "${GEN[@]}" c='k taken out of both parts' -- "v=1;b=on;n=2;p=1;bh=$H1" "v=1;b=on;n=2;p=2;bh=$H2"
vector ride-along-k-removed-part-2 mismatch "${GEN[@]}" c='k taken out of part 2' -- "$P1" "v=1;b=on;n=2;p=2;bh=$H2"
signed "$R;m=fo;$W" test-a 170
vector ride-along-signed-m-again-after-bh-both syntax "${GEN[@]}" c='a second m behind bh of a set that signs one' -- "$P1;m=fc" "$P2;m=fc"
vector ride-along-signed-x-again-before-n-both syntax "${GEN[@]}" c='a second x before n' -- "$R;m=fo;$W;x=1900000000;n=2;p=1;bh=$H1" "$R;m=fo;$W;x=1900000000;n=2;p=2;bh=$H2"
vector ride-along-signed-x-moved-after-bh-both syntax "${GEN[@]}" c='the signed x moved behind bh' -- "$R;m=fo;t=1800000000;n=2;p=1;bh=$H1;x=1800028800" "$R;m=fo;t=1800000000;n=2;p=2;bh=$H2;x=1800028800"
vector ride-along-signed-x-removed-both bad-signature "${GEN[@]}" c='the end taken out of both parts: replay for ever' -- "$R;m=fo;t=1800000000;n=2;p=1;bh=$H1" "$R;m=fo;t=1800000000;n=2;p=2;bh=$H2"

# ---------------------------------------------------------------- the parts differ

# differs NAME EXPECT COMMENT BODY1 BODY2: other texts around the signature of $C.
C="v=1;k=all;b=on;m=fo;$W"
signed "$C" test-a 170
differs() { vector "$1" "$2" "${GEN[@]}" c="$3" -- "$4;n=2;p=1;bh=$H1" "$5;n=2;p=2;bh=$H2"; }
differs mismatch-part-2-b mismatch 'part 2 says off; the signature holds over part 1' "$C" "v=1;k=all;b=off;m=fo;$W"
differs mismatch-part-2-k mismatch 'part 2 names another product' "$C" "v=1;k=zia;b=on;m=fo;$W"
differs mismatch-part-2-m mismatch 'part 2 has another m' "$C" "v=1;k=all;b=on;m=fc;$W"
differs mismatch-part-2-t mismatch 'part 2 has another t' "$C" 'v=1;k=all;b=on;m=fo;t=1700000000;x=1800028800'
differs mismatch-part-2-x mismatch 'part 2 has another x' "$C" 'v=1;k=all;b=on;m=fo;t=1800000000;x=1900000000'
differs mismatch-part-2-without-m mismatch 'm is missing in part 2' "$C" "v=1;k=all;b=on;$W"
differs mismatch-part-2-without-k mismatch 'k is missing in part 2' "$C" "v=1;b=on;m=fo;$W"
differs mismatch-part-2-without-t-x mismatch 't and x are missing in part 2' "$C" 'v=1;k=all;b=on;m=fo'
differs mismatch-part-2-other-order mismatch 'the same tags in another order: byte for byte is asked for' "$C" "v=1;b=on;k=all;m=fo;$W"
differs mismatch-part-2-with-d mismatch 'd in part 2 alone' "$C" "v=1;k=all;b=on;d=dr.example.com;m=fo;$W"
differs mismatch-part-1-without-m mismatch 'm taken out of part 1: no value differs, nothing verifies' "v=1;k=all;b=on;$W" "$C"
differs mismatch-part-1-other-order mismatch 'another order in part 1' "v=1;b=on;k=all;m=fo;$W" "$C"
differs conflict-part-1-b conflict 'part 1 altered: cannot be told from halves of two sets' "v=1;k=all;b=off;m=fo;$W" "$C"
differs conflict-part-1-m conflict 'm altered in part 1' "v=1;k=all;b=on;m=fc;$W" "$C"
differs conflict-part-1-x conflict 'x altered in part 1' 'v=1;k=all;b=on;m=fo;t=1800000000;x=1900000000' "$C"
vector conflict-part-2-b-no-key conflict by=openssl c='part 2 says off, no key: two values of one tag' -- "$P1" "v=1;k=all;b=off;m=fo;$W;n=2;p=2;bh=$H2"
vector conflict-part-2-b-other-key conflict pub=test-b by=openssl c='part 2 says off, the key is another one' -- "$P1" "v=1;k=all;b=off;m=fo;$W;n=2;p=2;bh=$H2"
vector mismatch-part-2-without-m-no-key mismatch by=openssl c='m is missing in part 2, no key' -- "$P1" "v=1;k=all;b=on;$W;n=2;p=2;bh=$H2"
vector mismatch-part-2-permuted mismatch "${GEN[@]}" c='part 2 altered and standing first' -- "v=1;k=all;b=off;m=fo;$W;n=2;p=2;bh=$H2" "$P1"
vector mismatch-part-2-key-second mismatch pub=test-b pub=test-a by=openssl c='part 2 altered; the second key verifies part 1' -- "$P1" "v=1;k=all;b=off;m=fo;$W;n=2;p=2;bh=$H2"
D="v=1;k=all;b=on;d=dr.example.com;$W"
signed "$D" test-a 170
differs mismatch-part-2-d-other mismatch 'd in both parts, another one in part 2' "$D" "v=1;k=all;b=on;d=dr.example.net;$W"
differs mismatch-part-2-d-upper-case mismatch 'd in part 2 differs in case: byte for byte is asked for' "$D" "v=1;k=all;b=on;d=DR.example.com;$W"
differs mismatch-part-2-d-elsewhere mismatch 'd in part 2 stands at another place' "$D" "v=1;k=all;b=on;$W;d=dr.example.com"
differs bad-signature-d-removed bad-signature 'd taken out of part 1' "v=1;k=all;b=on;$W" "v=1;k=all;b=on;$W"
differs bad-signature-d-replaced bad-signature 'd replaced in part 1, the name not known' "v=1;k=all;b=on;d=dr.example.net;$W" "v=1;k=all;b=on;$W"
differs mismatch-d-moved-to-part-2 mismatch 'd taken out of part 1 and put into part 2' "v=1;k=all;b=on;$W" "$D"

# ---------------------------------------------------------------- the signature does not hold

signed "$C" test-a 170
bad() { differs "bad-signature-$1" bad-signature "$2" "$3" "$3"; }
bad k-altered 'k altered in both parts' "v=1;k=zpa;b=on;m=fo;$W"
bad b-altered 'b altered in both parts' "v=1;k=all;b=off;m=fo;$W"
bad b-test 'on made test in both parts' "v=1;k=all;b=test;m=fo;$W"
bad m-altered 'm altered in both parts' "v=1;k=all;b=on;m=fc;$W"
bad m-removed 'm taken out of both parts' "v=1;k=all;b=on;$W"
bad t-altered 't altered in both parts' 'v=1;k=all;b=on;m=fo;t=1700000000;x=1800028800'
bad x-altered 'x altered in both parts' 'v=1;k=all;b=on;m=fo;t=1800000000;x=1900000000'
bad window-digit-moved 'a digit moved from t to x' 'v=1;k=all;b=on;m=fo;t=180000000;x=10800028800'
bad other-order 'another order in both parts' "v=1;b=on;k=all;m=fo;$W"
vector bad-signature-other-key bad-signature pub=test-b by=openssl c='another key' -- "$P1" "$P2"
vector bad-signature-other-key-twice bad-signature pub=test-b pub=test-b by=openssl c='two keys, none fits' -- "$P1" "$P2"
vector bad-signature-other-key-scheduled bad-signature pub=test-b by=openssl at=0 c='a signature that does not hold is not scheduled' -- "$P1" "$P2"
vector bad-signature-other-key-expired bad-signature pub=test-b by=openssl at=1900000000 c='a signature that does not hold is not expired' -- "$P1" "$P2"
vector bad-signature-permuted bad-signature pub=test-b by=openssl c='part 2 first, another key' -- "$P2" "$P1"
vector bad-signature-with-foreign bad-signature pub=test-b by=openssl c='foreign records do not help' -- 'v=spf1 -all' "$P1" "$P2"
flip() { # INDEX: the signature with this character replaced by its neighbour
  local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/A before=
  before=${alphabet%%"${SIG:$1:1}"*}
  printf %s "${SIG:0:$1}${alphabet:${#before}+1:1}${SIG:$1+1}"
}
for index in 0 169 170 340; do
  pair "$C" "$C" "$(flip $index)" 170
  vector "bad-signature-character-$index" bad-signature "${GEN[@]}" c="character $index of the signature altered" -- "$P1" "$P2"
done
odd() { # NAME COMMENT SIGNATURE [no]: no where openssl did not make it
  local by=(by=openssl)
  [[ -z ${4:-} ]] || by=()
  pair "$C" "$C" "$3"
  vector "bad-signature-$1" bad-signature pub=test-a "${by[@]}" c="$2" -- "$P1" "$P2"
}
odd sha1 'SHA-1 instead of SHA-256' "$(printf %s "$C;" | sign test-a pkcs1-sha1)"
odd sha384 'SHA-384 instead of SHA-256' "$(printf %s "$C;" | sign test-a pkcs1-sha384)"
odd sha512 'SHA-512 instead of SHA-256' "$(printf %s "$C;" | sign test-a pkcs1-sha512)"
odd text-and-newline 'the text was signed with a newline behind it' "$(printf '%s\n' "$C;" | sign test-a)"
odd text-with-n 'the text was signed up to p' "$(printf %s "$C;n=2;" | sign test-a)"
odd empty-text 'nothing was signed' "$(printf '' | sign test-a)"
odd both-texts 'both texts were signed, one behind the other' "$(printf %s "$C;$C;" | sign test-a)"
odd digest-in-hexadecimal 'the digest in hexadecimal was signed' "$(sum=$(printf %s "$C;" | sha256sum); printf %s "${sum%% *}" | sign test-a)"
odd digest-without-digestinfo 'the bare digest, padded, without DigestInfo' "$(printf %s "$C;" | openssl dgst -sha256 -binary | sign test-a undigested)"
signed "$C"
hex=$(printf %s "$SIG" | base64 -d | od -An -v -tx1 | tr -d ' \n')
odd reversed 'the bytes of the signature in the other order' "$(for at in {255..0}; do printf "\\x${hex:2*at:2}"; done | base64 -w0)"
zero() { head -c "$1" /dev/zero; }
ones() { zero "$1" | tr '\0' '\377'; }
odd zero 'the signature is 0' "$(zero 256 | base64 -w0)" no
odd one 'the signature is 1' "$({ zero 255; printf '\1'; } | base64 -w0)" no
odd all-ones 'the signature is larger than the modulus' "$(ones 256 | base64 -w0)" no
modulus=$(openssl rsa -in $keys/test-a.private.pem -noout -modulus)
odd modulus 'the signature is the modulus' "$(printf %s "${modulus#*=}" | basenc -d --base16 | base64 -w0)" no

# Encoded messages made by hand (RFC 8017, section 9.2) and put through the bare RSA operation.
info() { printf 3031300D060960864801650304020105000420 | basenc -d --base16; }
bare_info() { printf 302F300B0609608648016503040201 | basenc -d --base16; printf '\004\040'; }
digest() { printf %s "$C;" | openssl dgst -sha256 -binary; }
signed "$C"
right=$({ printf '\0\1'; ones 202; printf '\0'; info; digest; } | sign test-a raw)
[[ $right == "$SIG" ]] || die 'the encoding made by hand is not what openssl dgst makes'
odd padding-without-null 'DigestInfo without its NULL' "$({ printf '\0\1'; ones 204; printf '\0'; bare_info; digest; } | sign test-a raw)"
odd padding-short 'eight bytes of padding, garbage behind the digest' "$({ printf '\0\1'; ones 8; printf '\0'; info; digest; ones 194; } | sign test-a raw)"
odd padding-block-type-2 'block type 2' "$({ printf '\0\2'; ones 202; printf '\0'; info; digest; } | sign test-a raw)"
odd padding-block-type-0 'block type 0' "$({ zero 205; info; digest; } | sign test-a raw)"
odd padding-one-byte-other 'one byte of the padding is not 255' "$({ printf '\0\1'; ones 201; printf '\376\0'; info; digest; } | sign test-a raw)"
odd padding-no-separator 'no zero byte before DigestInfo' "$({ printf '\0\1'; ones 203; info; digest; } | sign test-a raw)"
signed "$C" test-a 172
A1=$H1
signed "$C" test-b 172
vector bad-signature-halves-of-two-keys bad-signature pub=test-a pub=test-b by=openssl c='the same text signed by two keys, one half of each' -- "$C;n=2;p=1;bh=$A1" "$P2"
signed 'v=1;k=all;b=on;d=dr.example.com' test-a 172
A1=$P1
signed 'v=1;k=all;b=on;d=dr.example.net' test-a 172
vector bad-signature-halves-that-differ-in-d bad-signature "${GEN[@]}" domain=dr.example.com c='halves of two sets that differ in d alone' -- "$A1" "$P2"
signed 'v=1;k=all;b=on'
pair 'v=1;k=all;b=on;d=dr.example.com' 'v=1;k=all;b=on' "$SIG"
vector bad-signature-d-not-signed bad-signature "${GEN[@]}" domain=dr.example.com c='the text without d was signed, part 1 has it' -- "$P1" "$P2"

# ---------------------------------------------------------------- incomplete

signed "v=1;k=all;b=on;$W"
vector incomplete-part-1-alone incomplete "${GEN[@]}" c='part 1 alone' -- "$P1"
vector incomplete-part-2-alone incomplete "${GEN[@]}" c='part 2 alone' -- "$P2"
vector incomplete-part-1-alone-no-key incomplete by=openssl c='part 1 alone, no key' -- "$P1"
vector incomplete-part-1-before-start incomplete "${GEN[@]}" at=0 c='part 1 alone is not scheduled' -- "$P1"
vector incomplete-part-2-after-end incomplete "${GEN[@]}" at=1900000000 c='part 2 alone is not expired' -- "$P2"
vector incomplete-part-1-with-foreign incomplete "${GEN[@]}" c='part 1 beside a foreign record' -- "$P1" 'v=spf1 -all'
vector incomplete-part-1-twice incomplete "${GEN[@]}" c='part 1 twice, part 2 missing' -- "$P1" "$P1"
vector incomplete-part-2-twice incomplete "${GEN[@]}" c='part 2 twice, part 1 missing' -- "$P2" "$P2"
vector incomplete-part-1-repeated incomplete "${GEN[@]}" c='a whole set, part 1 repeated' -- "$P1" "$P1" "$P2"
vector incomplete-part-2-repeated incomplete "${GEN[@]}" c='a whole set, part 2 repeated' -- "$P1" "$P2" "$P2"
vector incomplete-part-2-repeated-apart incomplete "${GEN[@]}" c='a whole set, part 2 repeated, a foreign record between' -- "$P2" "$P1" 'v=spf1 -all' "$P2"
vector incomplete-set-twice incomplete "${GEN[@]}" c='the whole set twice' -- "$P1" "$P2" "$P1" "$P2"
vector incomplete-set-twice-no-key incomplete by=openssl c='the whole set twice, no key' -- "$P1" "$P2" "$P1" "$P2"
vector incomplete-unsigned-twice incomplete c='an unsigned value twice' -- 'v=1;k=all;b=on' 'v=1;k=all;b=on'
vector incomplete-part-1-repeated-quoted incomplete "${GEN[@]}" c='repeated in another presentation: the value is the same' -- "$P1" "\"$P1\"" "$P2"
signed "v=1;d=pse.example.com;b=on;$W"
vector incomplete-2022-shape-part-1 incomplete "${GEN[@]}" domain=pse.example.com c='the shape of 2022, part 1 alone' -- "$P1"

# ---------------------------------------------------------------- conflict

signed "v=1;k=all;b=on;$W"
ON1=$P1 ON2=$P2
signed 'v=1;k=all;b=off'
OFF1=$P1 OFF2=$P2
vector conflict-two-sets-on-off conflict "${GEN[@]}" c='two whole sets, both genuine' -- "$ON1" "$ON2" "$OFF1" "$OFF2"
vector conflict-two-sets-interleaved conflict "${GEN[@]}" c='two whole sets, interleaved' -- "$OFF2" "$ON1" "$OFF1" "$ON2"
vector conflict-two-sets-no-key conflict by=openssl c='two whole sets, no key' -- "$ON1" "$ON2" "$OFF1" "$OFF2"
vector conflict-two-sets-expired-and-off conflict "${GEN[@]}" at=1900000000 c='one of two sets has expired: still a conflict' -- "$ON1" "$ON2" "$OFF1" "$OFF2"
vector conflict-set-and-part-1 conflict "${GEN[@]}" c='a whole set and part 1 of another' -- "$ON1" "$ON2" "$OFF1"
vector conflict-set-and-part-2 conflict "${GEN[@]}" c='a whole set and part 2 of another' -- "$ON1" "$ON2" "$OFF2"
vector conflict-two-part-1 conflict "${GEN[@]}" c='part 1 of two sets' -- "$ON1" "$OFF1"
vector conflict-two-part-2 conflict "${GEN[@]}" c='part 2 of two sets' -- "$ON2" "$OFF2"
vector conflict-signed-and-unsigned-same conflict "${GEN[@]}" c='a signed set beside an unsigned record that says the same' -- "$ON1" "$ON2" "v=1;k=all;b=on;$W"
vector conflict-signed-and-unsigned-other conflict "${GEN[@]}" c='a signed set beside an unsigned record that says otherwise' -- 'v=1;k=all;b=off' "$ON1" "$ON2"
vector conflict-signed-and-unsigned-no-key conflict by=openssl c='a signed set beside an unsigned record, no key' -- "$ON1" "$ON2" 'v=1;k=all;b=off'
vector conflict-signed-and-unsigned-expired conflict "${GEN[@]}" c='an unsigned record whose time is over still stands there' -- "$ON1" "$ON2" 'v=1;k=all;b=off;x=1700000000'
vector conflict-unsigned-on-off conflict c='two unsigned records' -- 'v=1;k=all;b=on' 'v=1;k=all;b=off'
vector conflict-unsigned-zia-zpa conflict c='two unsigned records, one for each product' -- 'v=1;k=zia;b=on' 'v=1;k=zpa;b=on'
vector conflict-unsigned-order conflict c='two unsigned records that say the same in another order' -- 'v=1;k=all;b=on' 'v=1;b=on;k=all'
vector conflict-unsigned-trailing-semicolon conflict c='two unsigned records, one with a trailing semicolon' -- 'v=1;k=all;b=on' 'v=1;k=all;b=on;'
vector conflict-unsigned-windows conflict c='two unsigned records whose windows do not meet' -- 'v=1;k=all;b=on;t=1800000000;x=1800028800' 'v=1;k=all;b=on;t=1900000000;x=1900028800'
vector conflict-unsigned-with-foreign conflict c='two unsigned records and a foreign one' -- 'v=1;k=all;b=on' 'v=spf1 -all' 'v=1;k=all;b=test'
vector conflict-unsigned-beside-key conflict pub=test-a c='two unsigned records, a key given' -- 'v=1;k=all;b=on' 'v=1;k=all;b=off'
signed 'v=1;k=zia;b=on'
ZIA1=$P1 ZIA2=$P2
signed 'v=1;k=zpa;b=on'
vector conflict-two-sets-zia-zpa conflict "${GEN[@]}" c='a set for each product' -- "$ZIA1" "$ZIA2" "$P1" "$P2"
vector conflict-halves-k conflict "${GEN[@]}" c='halves of two sets that differ in k' -- "$ZIA1" "$P2"
vector conflict-halves-k-no-key conflict by=openssl c='halves of two sets, no key' -- "$ZIA1" "$P2"
vector conflict-halves-k-permuted conflict "${GEN[@]}" c='halves of two sets, part 2 first' -- "$P2" "$ZIA1"
vector conflict-halves-k-two-keys conflict pub=test-a pub=test-b by=openssl c='halves of two sets, two keys' -- "$P1" "$ZIA2"
signed "v=1;k=all;b=on;m=fo;$W"
FO1=$P1
signed "v=1;k=all;b=on;m=fc;$W"
vector conflict-halves-m conflict "${GEN[@]}" c='halves of two sets that differ in m' -- "$FO1" "$P2"
signed "v=1;k=all;b=on;$W"
W1=$P1 W2=$P2
signed 'v=1;k=all;b=on;t=1800028800;x=1800057600'
vector conflict-halves-window conflict "${GEN[@]}" c='halves of two windows of one kit' -- "$W1" "$P2"
vector conflict-halves-window-other conflict "${GEN[@]}" c='the other halves of two windows' -- "$P1" "$W2"
vector conflict-halves-expired conflict "${GEN[@]}" at=1900000000 c='halves of two sets do not expire' -- "$W1" "$P2"
vector conflict-two-windows conflict "${GEN[@]}" c='the current window beside the next one' -- "$W1" "$W2" "$P1" "$P2"
signed "v=1;k=all;b=on;$W" test-a 170
ON1=$P1
signed "v=1;k=all;b=off;$W" test-a 170
vector conflict-halves-b conflict "${GEN[@]}" c='halves of two sets, on and off, that join to 344 characters' -- "$ON1" "$P2"
signed "v=1;k=all;b=on;m=fo;$W" test-a 170
FO1=$P1
signed "v=1;k=all;b=on;$W" test-a 170
vector mismatch-halves-with-and-without-m mismatch "${GEN[@]}" c='halves of two sets; no tag of both differs, so it cannot be told from an altered part' -- "$FO1" "$P2"

# ---------------------------------------------------------------- schemes

C="v=1;k=all;b=on;d=dr.example.com;m=fo;$W"
for scheme in trimmed values values-semicolon prefix+nok prefix+nod prefix+nok+nod prefix+pss prefix+twice \
  trimmed+nok trimmed+nod trimmed+pss trimmed+twice values+nok values+nod values+nok+pss values+twice values+nok+nod \
  values-semicolon+nok values-semicolon+nod values-semicolon+pss prefix+pss+twice values-semicolon+nok+nod+pss+twice; do
  schemed "$scheme" "$C"
  dashed=${scheme//+/-}
  vector "scheme-$dashed" valid "${GEN[@]}" scheme="$scheme" domain=dr.example.com state=on/on c="signed and judged as $scheme" -- "$P1" "$P2"
  vector "scheme-$dashed-judged-as-prefix" bad-signature "${GEN[@]}" domain=dr.example.com c="signed as $scheme, judged as prefix" -- "$P1" "$P2"
done
# Every scheme that there is has one, scheme-NAME: those that the loop above has not made.
for reading in prefix trimmed values values-semicolon; do
  for nok in '' +nok; do
    for nod in '' +nod; do
      for pss in '' +pss; do
        for twice in '' +twice; do
          scheme=$reading$nok$nod$pss$twice
          dashed=${scheme//+/-}
          [[ -z ${written[scheme-$dashed.txt]:-} ]] || continue
          schemed "$scheme" "$C"
          vector "scheme-$dashed" valid "${GEN[@]}" scheme="$scheme" domain=dr.example.com state=on/on c="signed and judged as $scheme" -- "$P1" "$P2"
        done
      done
    done
  done
done
schemed prefix "$C"
for scheme in trimmed values values-semicolon prefix+nok prefix+nod prefix+pss prefix+twice; do
  vector "scheme-prefix-judged-as-${scheme//+/-}" bad-signature "${GEN[@]}" scheme="$scheme" domain=dr.example.com c="signed as prefix, judged as $scheme" -- "$P1" "$P2"
done
vector scheme-values-no-key unchecked by=openssl scheme=values domain=dr.example.com state=on/on c='a scheme is no key' -- "$P1" "$P2"
schemed values "$C"
vector scheme-values-judged-as-values-semicolon bad-signature "${GEN[@]}" scheme=values-semicolon domain=dr.example.com c='signed as values, judged as values-semicolon' -- "$P1" "$P2"
vector scheme-values-part-2-first valid "${GEN[@]}" scheme=values domain=dr.example.com state=on/on c='part 2 first under another scheme' -- "$P2" "$P1"
vector scheme-values-after-end expired "${GEN[@]}" scheme=values domain=dr.example.com at=1800028801 state=expired/expired c='after the end under another scheme' -- "$P1" "$P2"
vector scheme-values-before-start scheduled "${GEN[@]}" scheme=values domain=dr.example.com at=1799999999 state=scheduled/scheduled c='before the start under another scheme' -- "$P1" "$P2"
vector scheme-values-other-domain mismatch "${GEN[@]}" scheme=values domain=dr.example.net c='another name under another scheme' -- "$P1" "$P2"
vector scheme-values-m-after-bh-both syntax "${GEN[@]}" scheme=values domain=dr.example.com c='no scheme lets a tag ride along behind bh' -- "$P1;k=zia" "$P2;k=zia"
vector scheme-values-other-key bad-signature pub=test-b by=openssl scheme=values domain=dr.example.com c='another key under another scheme' -- "$P1" "$P2"
schemed trimmed "$C"
vector scheme-trimmed-judged-as-values bad-signature "${GEN[@]}" scheme=values domain=dr.example.com c='signed as trimmed, judged as values' -- "$P1" "$P2"
schemed prefix+pss "$C" 32
vector scheme-prefix-pss-salt-32 valid "${GEN[@]}" keep=yes scheme=prefix+pss domain=dr.example.com state=on/on c='PSS with a salt of 32 bytes (random: this file is kept as it is)' -- "$P1" "$P2"
schemed prefix+pss "$C" 222
vector scheme-prefix-pss-salt-222 valid "${GEN[@]}" keep=yes scheme=prefix+pss domain=dr.example.com state=on/on c='PSS with the longest salt (random: this file is kept as it is)' -- "$P1" "$P2"
pair "$C" "$(without d "$C")" "$(printf %s "$C;" | sign test-a pss-mgf1-sha1)"
vector scheme-prefix-pss-mgf1-sha1 bad-signature "${GEN[@]}" scheme=prefix+pss domain=dr.example.com c='PSS whose mask is made with SHA-1' -- "$P1" "$P2"
schemed prefix+nok "v=1;b=on;$W"
vector scheme-prefix-nok-k-absent valid "${GEN[@]}" canon=no scheme=prefix+nok state=undetermined/undetermined c='+nok where there is no k is prefix' -- "$P1" "$P2"
schemed prefix "v=1;k=all;b=on;$W"
vector scheme-prefix-nod-d-absent valid "${GEN[@]}" scheme=prefix+nod state=on/on c='+nod where there is no d is prefix' -- "$P1" "$P2"
schemed values "v=1;d=pse.example.com;b=on;$W"
vector scheme-values-2022-shape valid "${GEN[@]}" canon=no scheme=values domain=pse.example.com state=undetermined/undetermined c='values in the order of the record, not of the table' -- "$P1" "$P2"
schemed values-semicolon "b=on;v=1;x=1800028800;k=zpa;t=1800000000"
vector scheme-values-semicolon-order valid "${GEN[@]}" canon=no scheme=values-semicolon state=none/on c='values in the order of the record' -- "$P1" "$P2"

# What a scheme does not cover can be altered under a signature that holds. These say so.
SIG=$(scheme_bytes prefix+nok 'v=1;k=all;b=on' | sign test-a)
pair 'v=1;k=zia;b=on' 'v=1;k=zia;b=on' "$SIG"
vector scheme-prefix-nok-k-altered valid "${GEN[@]}" scheme=prefix+nok state=on/none c='k is not signed under +nok: altered, and it verifies (warning tag-not-signed)' -- "$P1" "$P2"
vector scheme-prefix-nok-k-altered-judged-as-prefix bad-signature "${GEN[@]}" c='the same judged as prefix' -- "$P1" "$P2"
SIG=$(scheme_bytes prefix+nod 'v=1;k=all;b=on' | sign test-a)
pair 'v=1;k=all;b=on;d=dr.example.com' 'v=1;k=all;b=on' "$SIG"
vector scheme-prefix-nod-d-put-in valid "${GEN[@]}" scheme=prefix+nod domain=dr.example.com state=on/on c='d is not signed under +nod: put in, and it verifies (warning tag-not-signed)' -- "$P1" "$P2"
vector scheme-prefix-nod-d-other-domain mismatch "${GEN[@]}" scheme=prefix+nod domain=dr.example.net c='d is compared with the name under +nod too' -- "$P1" "$P2"
SIG=$(scheme_bytes values 'v=1;k=all;b=on;t=1111111111;x=1222222222' | sign test-a)
pair 'v=1;k=all;b=on;t=111111111;x=11222222222' 'v=1;k=all;b=on;t=111111111;x=11222222222' "$SIG"
vector scheme-values-ambiguous valid "${GEN[@]}" scheme=values state=on/on c='a digit moved from t to x signs alike under values (warning ambiguous-scheme)' -- "$P1" "$P2"
SIG=$(scheme_bytes values-semicolon 'v=1;k=all;b=on;t=1111111111;x=1222222222' | sign test-a)
pair 'v=1;k=all;b=on;t=111111111;x=11222222222' 'v=1;k=all;b=on;t=111111111;x=11222222222' "$SIG"
vector scheme-values-semicolon-not-ambiguous bad-signature "${GEN[@]}" scheme=values-semicolon c='the same does not verify under values-semicolon' -- "$P1" "$P2"

# ---------------------------------------------------------------- foreign records, none at all, many

signed "v=1;k=all;b=on;$W"
f() { # NAME COMMENT RECORD: alone, and beside a valid set
  vector "foreign-$1" foreign c="$2, alone" -- "$3"
  vector "valid-beside-foreign-$1" valid "${GEN[@]}" state=on/on c="$2, beside a valid set" -- "$P1" "$3" "$P2"
}
f spf 'SPF: v= and no digit' 'v=spf1 include:_spf.example.net -all'
f dmarc 'DMARC has p and no b' 'v=DMARC1; p=none; rua=mailto:dmarc@example.org'
f dkim-key 'a DKIM key has v, k and p' 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'
f site-verification 'a site verification' 'google-site-verification=0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'
f tlsrpt 'TLSRPT' 'v=TLSRPTv1;rua=mailto:tls@example.org'
f empty 'an empty character-string' ''
f prose 'prose' 'This domain is used by example.org. Ask postmaster@example.org.'
f tag-ends-in-b 'a pair whose tag only ends in b' 'xb=on'
f tag-begins-with-b 'a pair whose tag only begins with b' 'bx=1;bhx=2'
f b-within-a-value 'b=on within a value' 'note=b=on'
f v-word 'v= and a word' 'v=verify123'
f v-empty 'v= and nothing' 'v='
f n-p-alone 'n and p alone are not enough to be ours' 'n=2;p=1'
f k-m-alone 'k and m alone are not enough to be ours' 'k=all;m=fo'
f binary 'bytes that are not text' '\000\001\002\255\254'
f escape-sequence 'an escape sequence: never to reach a terminal raw' '\027]0;owned\007'
f utf8 'UTF-8' 'caf\195\169'
f long-two-strings 'two long character-strings' "\"$(name 250)\" \"$(name 250)\""
vector foreign-with-key foreign pub=test-a c='only foreign records, a key given' -- 'v=spf1 -all'
vector foreign-three foreign c='three foreign records' -- 'v=spf1 -all' 'google-site-verification=abc' ''
vector none-at-all none c='no TXT record at all' --
vector none-at-all-with-key none pub=test-a domain=dr.example.com c='no TXT record at all, key and name given' --
many=()
for i in 1 2 3 4 5 6 7 8; do many+=("note=$i"); done
vector valid-beside-eight-foreign valid "${GEN[@]}" state=on/on c='ten records, the set first and last' -- "$P2" "${many[@]}" "$P1"
vector foreign-ten foreign c='ten foreign records' -- "${many[@]}" note=9 note=10
many=()
for i in 0 1 2 3 4 5 6 7 8 9; do many+=("v=1;k=all;b=on;x=190000000$i"); done
vector conflict-ten-unsigned conflict c='ten unsigned records' -- "${many[@]}"
many=()
for i in 1 2 3 4 5; do
  signed "v=1;k=all;b=on;x=190000000$i"
  many+=("$P1" "$P2")
done
vector conflict-five-sets conflict "${GEN[@]}" c='ten records: five whole sets' -- "${many[@]}"

# ---------------------------------------------------------------- done

for file in *.txt; do
  [[ -n ${written[$file]:-} ]] || echo "generate.sh: $file is not from this script" >&2
done
echo "$count vectors"
